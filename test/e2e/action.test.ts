/** The GitHub Action: its steps are run as a runner would run them, on the real program. */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { lacks } from './requirements.ts'

const ROOT = resolve(import.meta.dirname, '../..')

const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
  outputs: z.record(z.string(), z.object({ value: z.string() })),
  runs: z.object({
    using: z.literal('composite'),
    steps: z.array(
      z.object({
        id: z.string().optional(),
        if: z.string().optional(),
        shell: z.literal('bash'),
        'working-directory': z.string(),
        env: z.record(z.string(), z.string()).default({}),
        run: z.string(),
      }),
    ),
  }),
})

const action = actionSchema.parse(parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')))

/** `${{ inputs.strict }}`: the expressions that the action uses, and no other. */
function filled(text: string, inputs: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => {
    if (name === 'github.action_path') return ROOT
    const value = inputs[name.replace('inputs.', '')]
    if (value === undefined) throw new Error(`no value of ${name}`)
    return value
  })
}

/** Runs the comparing step on files of other tools, with the built program. */
async function act(given: Readonly<Record<string, string>>) {
  const cwd = mkdtempSync(join(tmpdir(), 'tune-action-'))
  cpSync(join(ROOT, 'test/fixtures/foreign'), cwd, { recursive: true })
  const files = { GITHUB_OUTPUT: join(cwd, 'output'), GITHUB_STEP_SUMMARY: join(cwd, 'summary.md') }
  for (const file of Object.values(files)) writeFileSync(file, '')
  const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? ''])
  const inputs = {
    ...Object.fromEntries(defaults),
    tune: join(ROOT, 'bin/tune.js'),
    'working-directory': cwd,
    ...given,
  }
  const step = action.runs.steps.find(({ id }) => id === 'diff')
  if (step === undefined) throw new Error('the action has no step that compares')
  const env = Object.entries(step.env).map(([name, value]) => [name, filled(value, inputs)])
  // As a runner calls it
  const ended = await promisify(execFile)(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run],
    {
      cwd: filled(step['working-directory'], inputs),
      env: { ...process.env, ...Object.fromEntries(env), ...files, RUNNER_TEMP: cwd },
    },
  ).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
  )
  const outputs = Object.fromEntries(
    readFileSync(files.GITHUB_OUTPUT, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('=')),
  )
  return { ...ended, cwd, outputs, summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8') }
}

/** A regression takes minutes of pairs to find: a program that has just found one. */
function regressing(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'tune-found-')), 'tune.mjs')
  const document = {
    schema: 'tune.diff/1',
    verdict: 'regression',
    mode: 'paired',
    startedAt: '2026-01-31T10:00:00.000Z',
    base: { name: 'a', runs: 10 },
    now: { name: 'b', runs: 10 },
    changes: [
      {
        metric: 'recordsPerSec',
        base: 1000,
        now: 800,
        ratio: 0.8,
        interval: [0.79, 0.81],
        n: 10,
        verdict: 'regression',
      },
    ],
    differences: [],
    rules: { smallestChange: 0.03, tolerance: 0.05 },
    warnings: [],
  }
  const saved = `${path}.json`
  writeFileSync(saved, JSON.stringify(document))
  // The report is the real one, of the document that is kept
  writeFileSync(
    path,
    `import { copyFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
copyFileSync(${JSON.stringify(saved)}, process.argv[process.argv.indexOf('--save') + 1])
spawnSync(process.execPath, [${JSON.stringify(join(ROOT, 'bin/tune.js'))}, 'report', ${JSON.stringify(saved)}, '--report', 'github'], { stdio: 'inherit' })
process.exit(1)
`,
  )
  return path
}

describe.skipIf(lacks('bash'))('the action', () => {
  it('passes where nothing changed, with the report as summary of the step', async () => {
    const { code, stdout, outputs, summary } = await act({ arguments: 'omb-a.json omb-a.json' })
    expect(code).toBe(0)
    expect(outputs).toMatchObject({ verdict: 'pass', 'exit-code': '0' })
    expect(summary).toContain('**no regression: Throughput +0.0 %')
    expect(stdout).not.toContain('::')
    expect(JSON.parse(readFileSync(outputs.diff ?? '', 'utf8'))).toMatchObject({ schema: 'tune.diff/1' })
  })

  it('fails with an annotation where the gate does', async () => {
    const { code, stdout, outputs } = await act({ arguments: 'omb-a.json omb-b.json', strict: 'true' })
    expect(code).toBe(1)
    expect(outputs.verdict).toBe('suspect')
    expect(stdout).toContain('::error title=tune::suspect, and the job is strict')
    expect(stdout).toMatch(/::warning title=.*::suspect: Publish P50 \+24\.1 %25/)
  })

  it('fails with metric and size in its annotation where there is a regression', async () => {
    const { code, stdout, outputs } = await act({ arguments: 'main omb-b.json', tune: regressing() })
    expect([code, outputs.verdict]).toEqual([1, 'regression'])
    expect(stdout).toMatch(/::error title=.*::regression: Throughput -20\.0 %25/)
  })

  it('takes what cannot be told for neutral, with a warning', async () => {
    const { code, stdout, outputs } = await act({
      arguments: 'k6-export.json k6-handle-summary.json --judge joinMs',
    })
    expect(code).toBe(0)
    expect(outputs).toMatchObject({ verdict: 'inconclusive', 'exit-code': '3' })
    expect(stdout).toMatch(/::warning title=.*::inconclusive: no metric could be judged/)
    expect(stdout).not.toContain('::error')
  })

  it('never takes an error for a pass', async () => {
    const { code, stdout, outputs, summary } = await act({ arguments: './nowhere.json omb-a.json' })
    expect(code).toBe(2)
    expect(outputs).toMatchObject({ verdict: 'error', 'exit-code': '2' })
    expect(stdout).toMatch(/::error title=tune could not compare::error: cannot read .*nowhere\.json/)
    expect(summary).toBe('')
  })

  it('parts words as a shell does', async () => {
    const { outputs } = await act({ arguments: '--judge \'publish.p50Ms\' omb-a.json\n  "omb-a.json"\n' })
    expect(outputs.verdict).toBe('pass')
  })

  it('runs nothing that stands in its arguments', async () => {
    const { code, cwd, outputs } = await act({
      arguments: 'omb-a.json omb-a.json --judge $(touch made)',
    })
    expect([code, outputs.verdict]).toEqual([2, 'error'])
    expect(readdirSync(cwd)).not.toContain('made')
  })

  it('compares nothing where a quote is not closed', async () => {
    const { code, stdout, outputs } = await act({ arguments: "omb-a.json 'omb-a.json" })
    expect([code, outputs.verdict]).toEqual([2, 'error'])
    expect(stdout).toContain('a quote in arguments is not closed')
  })

  it('is used in the docs with inputs and outputs that it has', () => {
    const text = readFileSync(join(ROOT, 'docs/baselines.md'), 'utf8')
    const workflow = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
    const jobs = z
      .object({
        jobs: z.record(
          z.string(),
          z.object({
            steps: z.array(
              z.object({ uses: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() }),
            ),
          }),
        ),
      })
      .parse(parse(workflow)).jobs
    const used = Object.values(jobs).flatMap(({ steps }) =>
      steps.filter(({ uses }) => uses?.includes('/tune@')),
    )
    expect(used).toHaveLength(1)
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(used[0]?.with ?? {})))
    const outputs = [...workflow.matchAll(/steps\.gate\.outputs\.([\w-]+)/g)].map(([, name]) => name)
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(outputs))
  })
})
