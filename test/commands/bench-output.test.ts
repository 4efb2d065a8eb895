/** What a finished bench prints, keeps and exits with. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { BenchFlags } from '../../src/commands/bench-flags.ts'
import { openOutput } from '../../src/commands/bench-output.ts'
import type { Result } from '../../src/core/result.ts'
import { generatorLimitedResult, pacedResult } from '../fixtures/result.ts'
import { testIo } from '../test-io.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'tune-output-'))

async function finish(result: Result, flags: BenchFlags = {}, cwd = folder()) {
  const io = testIo({ cwd })
  const output = await openOutput(flags, io, { last: () => 'the last line\n' })
  await output.take(result)
  const code = await output.finish()
  return { code, out: io.stdout, err: io.stderr, cwd }
}

/** A run whose p99 is beyond its target, and one whose p99 is beyond its critical bound. */
const judged = (level: 'ok' | 'warn' | 'critical' | 'not measured' | 'not applicable'): Result => {
  const result = pacedResult()
  return { ...result, verdicts: result.verdicts.slice(0, 1).map((verdict) => ({ ...verdict, level })) }
}

const accounted = (change: Partial<ReturnType<typeof pacedResult>['accounting']>): Result => {
  const result = pacedResult()
  return { ...result, accounting: { ...result.accounting, ...change } }
}

describe('the exit code of a bench', () => {
  it.each([
    ['critical', {}, 0],
    ['critical', { failOn: 'critical' }, 1],
    ['critical', { failOn: 'warn' }, 1],
    ['critical', { thresholds: 'mine.yaml' }, 1],
    ['warn', { failOn: 'critical' }, 0],
    ['warn', { thresholds: 'mine.yaml' }, 0],
    ['warn', { failOn: 'warn' }, 1],
    ['not measured', { failOn: 'critical' }, 1],
    ['not applicable', { failOn: 'warn' }, 0],
    ['ok', { failOn: 'warn' }, 0],
  ] as const)('with a verdict that is %s and %o is %i', async (level, flags, code) => {
    const ended = await finish(judged(level), flags)
    expect(ended.code).toBe(code)
    expect(/^failed: /m.test(ended.err)).toBe(code === 1)
  })

  it('says why it is 3 beside lines of another tool, which cannot', async () => {
    const { err } = await finish(generatorLimitedResult(), { report: 'apache' })
    expect(err).toMatch(/^not to be trusted: tune itself was the limit; \S/m)
    expect((await finish(generatorLimitedResult())).err).not.toContain('not to be trusted')
    expect((await finish(pacedResult(), { report: 'apache' })).err).not.toContain('not to be trusted')
  })

  it.each([
    ['generator-limited', generatorLimitedResult()],
    ['without an acknowledgement', accounted({ acked: 0 })],
    ['with lost records, counted exactly', accounted({ lost: 1 })],
    ['with duplicates, counted exactly', accounted({ duplicated: 1 })],
  ])('%s is 3, and 1 when strict', async (_, result) => {
    expect((await finish(result)).code).toBe(3)
    expect((await finish(result, { strict: true })).code).toBe(1)
  })

  it('is 0 where records failed, or loss cannot be counted exactly', async () => {
    expect((await finish(accounted({ failed: 3 }))).code).toBe(0)
    expect((await finish(accounted({ lost: 3, exact: false }))).code).toBe(0)
  })
})

describe('a result that cannot be kept', () => {
  /** `.tune` is a file here, so nothing can be put under it. */
  const barred = () => {
    const cwd = folder()
    writeFileSync(join(cwd, '.tune'), '')
    return cwd
  }

  it('is put elsewhere, said, and ends with 2', async () => {
    const { code, err } = await finish(pacedResult(), {}, barred())
    expect(code).toBe(2)
    expect(err).toMatch(/^error: cannot write .*\.tune/m)
    expect(err).toMatch(/^hint: it is kept in /m)
  })

  it.each(['json', 'table', 'apache'])(
    'anywhere is on standard output once, with --report %s',
    async (report) => {
      const cwd = barred()
      const before = process.env.TMPDIR
      process.env.TMPDIR = '/dev/full'
      try {
        const { code, out, err } = await finish(pacedResult(), { report, save: '/dev/full' }, cwd)
        expect(code).toBe(2)
        expect(err).toContain('the whole result is on standard output')
        expect(out.split('"schema": "tune.result/1"')).toHaveLength(2)
        if (report === 'json') expect(JSON.parse(out)).toMatchObject({ schema: 'tune.result/1' })
      } finally {
        if (before === undefined) delete process.env.TMPDIR
        else process.env.TMPDIR = before
      }
    },
  )

  it('is kept and printed otherwise', async () => {
    const { code, out, cwd } = await finish(pacedResult(), { report: 'json' })
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ kind: 'producer' })
    expect(readdirSync(join(cwd, '.tune', 'results'))).toHaveLength(1)
  })
})

describe('progress', () => {
  const seen = async (flags: BenchFlags) => {
    const io = testIo({ cwd: folder(), errIsTerminal: true })
    const output = await openOutput(flags, io, { last: () => '' })
    for (const phase of ['measuring', 'draining'] as const) {
      output.progress({
        phase,
        elapsedMs: 6000,
        recordsDone: 1,
        recordsPerSec: 1,
        bytesPerSec: 1,
        errors: 0,
      })
    }
    return io.stderr
  }

  it('is rewritten in place on a terminal, and plain lines beside the log of --debug', async () => {
    expect(await seen({})).toContain('\u001b[')
    const plain = await seen({ debug: true })
    expect(plain).not.toContain('\u001b[')
    expect(plain.trimEnd().split('\n')).toHaveLength(2)
  })
})
