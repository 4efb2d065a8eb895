/** `tune baseline diff --paired` of programs that answer at once: what becomes of runs that are no good. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../src/cli.ts'
import { diffSchema } from '../../src/core/diff.ts'
import type { ProducerResult } from '../../src/core/result.ts'
import { sitting } from '../../src/core/sitting.ts'
import { addSitting, readSittings } from '../../src/report/baselines.ts'
import { pacedResult } from '../fixtures/result.ts'
import { testIo } from '../test-io.ts'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tune-pairs-'))
  await program('good.js', pacedResult())
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

/** Stands for a `tune` whose runs all have this result. */
async function program(name: string, result: ProducerResult): Promise<string> {
  await writeFile(join(cwd, name), `process.stdout.write(${JSON.stringify(JSON.stringify(result))})`)
  return name
}

const COMMAND = ['bench', 'producer', '--bootstrap-server', 'localhost:1']

async function tune(...words: string[]) {
  const io = testIo({ cwd })
  const exit = await run(['baseline', ...words], io)
  return { exit, out: io.stdout, err: io.stderr }
}

const diff = (...flags: string[]) => tune('diff', '--a-tune', 'good.js', ...flags, '--', ...COMMAND)

describe('a side that', () => {
  it('acknowledges nothing at all is an error, and not a matter of more or less', async () => {
    const result = pacedResult()
    const broken = await program('broken.js', {
      ...result,
      accounting: { ...result.accounting, acked: 0 },
      errors: { _MSG_TIMED_OUT: 20_000, _TRANSPORT: 1 },
    })
    const { exit, out, err } = await diff('--b-tune', broken)
    expect(err).toContain('no record was acknowledged in 3 runs of broken.js (_MSG_TIMED_OUT)')
    expect([exit, out]).toEqual([2, ''])
  })

  it('is held back by tune itself is invalid, and the report says by what', async () => {
    const result = pacedResult()
    const health = { ...result.health, generatorLimited: true, reasons: ['records were offered late'] }
    const late = await program('late.js', { ...result, health })
    const { exit, out } = await diff('--b-tune', late, '--save', 'diff.json')
    expect(exit).toBe(3)
    expect(out).toContain('invalid: too many runs were not to be trusted')
    expect(diffSchema.parse(JSON.parse(await readFile(join(cwd, 'diff.json'), 'utf8')))).toMatchObject({
      verdict: 'invalid',
      warnings: [
        {
          id: 'made-again',
          text: '5 runs made again, the last one of late.js: tune itself was the limit; records were offered late',
        },
      ],
    })
  })
})

describe('the document', () => {
  it('is kept although the report cannot be written', async () => {
    const { exit, err } = await diff('--b-tune', 'good.js', '--save', 'diff.json', '--output', '/dev/full')
    expect(err).toContain('error: cannot write /dev/full')
    expect(exit).toBe(2)
    expect(diffSchema.parse(JSON.parse(await readFile(join(cwd, 'diff.json'), 'utf8'))).verdict).toBe('pass')
  })
})

describe('a baseline of another kind', () => {
  it('is refused before anything runs', async () => {
    const command = ['bench', 'consumer', '--bootstrap-server', 'localhost:1']
    await addSitting(sitting('main', '2026-01-31T10:00:00.000Z', [pacedResult()], command), cwd)
    const { exit, err } = await diff('main', '--paired')
    expect(err).toContain('the base side is bench consumer, the other one bench producer')
    expect(exit).toBe(2)
  })
})

describe('--escalate', () => {
  const slow = () => {
    const { metrics, ...result } = pacedResult()
    return { ...result, metrics: { ...metrics, recordsPerSec: (metrics.recordsPerSec ?? 0) * 0.8 } }
  }
  beforeEach(() => addSitting(sitting('main', '2026-01-31T10:00:00.000Z', [pacedResult()], COMMAND), cwd))

  it('goes on with pairs of what each side was run with, where the stored one is suspect', async () => {
    const now = await program('slow.js', slow())
    const { exit, out, err } = await diff('main', '--escalate', '--b-tune', now)
    expect(err).toContain('suspect: going on with pairs')
    expect(out).toContain('regression: Throughput -20.0 %')
    expect(exit).toBe(1)
  })

  it('ends with the stored one where nothing is suspect', async () => {
    const now = await program('as-good.js', pacedResult())
    const { exit, out } = await diff('main', '--escalate', '--b-tune', now)
    expect(out).toContain('tune baseline diff --stored')
    expect(exit).toBe(0)
  })

  it('with --init makes the first sitting, which there is nothing to compare with', async () => {
    const now = await program('as-good.js', pacedResult())
    const { exit, out } = await diff('release', '--escalate', '--init', '--b-tune', now)
    expect(out).toContain('nothing to compare with yet: this sitting is the first of its baseline')
    expect(exit).toBe(3)
    expect(await readSittings('release', cwd)).toHaveLength(1)
  })

  it('is refused where pairs would be of one thing with itself: those find nothing, whatever became of it', async () => {
    for (const command of [[], ['--', ...COMMAND]]) {
      const { exit, out, err } = await tune('diff', 'main', '--escalate', ...command)
      expect(err).toContain('with --escalate the pairs would be of one and the same command')
      expect([exit, out]).toEqual([2, ''])
    }
  })
})
