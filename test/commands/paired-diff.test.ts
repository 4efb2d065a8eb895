/** `tune baseline diff --paired` of programs that answer at once: what becomes of runs that are no good. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../src/cli.ts'
import { diffSchema } from '../../src/core/diff.ts'
import type { ProducerResult } from '../../src/core/result.ts'
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

async function diff(...flags: string[]) {
  const io = testIo({ cwd })
  const command = ['bench', 'producer', '--bootstrap-server', 'localhost:1']
  const exit = await run(['baseline', 'diff', '--a-tune', 'good.js', ...flags, '--', ...command], io)
  return { exit, out: io.stdout, err: io.stderr }
}

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
