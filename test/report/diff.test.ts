/** What a comparison says of each metric. */
import { describe, expect, it } from 'vitest'
import { storedDiff } from '../../src/baseline/compared.ts'
import { DEFAULT_RULES } from '../../src/baseline/gate.ts'
import type { Diff } from '../../src/core/diff.ts'
import { diffReport } from '../../src/report/diff.ts'
import { REPORTERS } from '../../src/report/reporters.ts'
import { pairedDiffDocument } from '../fixtures/diff.ts'

const at80 = (diff: Diff) =>
  REPORTERS.table(diffReport(diff), { columns: 80, color: false, unicode: true, plots: false })

const run = (recordsPerSec: number) => ({ metrics: { recordsPerSec } })

/** Five sittings of about 1,000/s, and a new one. */
function stored(recordsPerSec: number, sittings = [990, 995, 1000, 1005, 1010]): Diff {
  const about = {
    startedAt: '2026-01-31T10:00:00.000Z',
    base: 'main',
    now: 'a sitting',
    rules: DEFAULT_RULES,
    warnings: [],
    differences: [],
  }
  return storedDiff(
    sittings.map((one) => [run(one)]),
    [run(recordsPerSec)],
    ['recordsPerSec'],
    about,
  )
}

describe('a comparison of pairs', () => {
  it('shows change, interval, p, n and what would have been seen in 80 columns', () => {
    expect(at80(pairedDiffDocument())).toMatch(
      /Throughput +-20\.2 % +-22\.9 … -17\.1 % +0\.0003 +16 +3\.1 % +✗ regression/,
    )
  })

  it('of which no pair was made says so', () => {
    const none = { pairs: 0, replaced: 0, seed: 1, endedBy: 'interrupt' as const }
    const diff: Diff = { ...pairedDiffDocument(), verdict: 'inconclusive', changes: [], pairing: none }
    expect(at80(diff)).toContain('inconclusive: no pair of runs was made')
  })
})

describe('a comparison with stored sittings', () => {
  it('shows ~ for what lies where an unchanged system does', () => {
    const text = at80(stored(1002))
    expect(text).toMatch(/Throughput .*~ +-3\.\d … \+3\.\d % +0\.[34]\d+ +5 +3\.\d % +✓ pass/)
    expect(text).toContain('✓ no regression: Throughput +0.2 % (3.')
  })

  it.each([
    [1200, 'improvement', '+20.0 %'],
    [800, 'regression', '-20.0 %'],
  ] as const)('shows the size of what lies elsewhere: %i/s is an %s', (rate, verdict, size) => {
    const text = at80(stored(rate))
    expect(text).toContain(`${verdict}: Throughput ${size} (expected -3.`)
    expect(text.split('\n').find((line) => line.startsWith('  Throughput'))).toContain(size)
  })

  it('shows the figures where sittings are too few for more', () => {
    expect(at80(stored(800, [1000]))).toMatch(/Throughput +1,000\/s +800\/s +-20\.0 %/)
  })
})
