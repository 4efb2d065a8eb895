import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { calibrated } from '../../src/baseline/calibration.ts'
import type { Pair } from '../../src/baseline/changes.ts'
import { DEFAULT_RULES } from '../../src/baseline/gate.ts'
import { run } from '../../src/cli.ts'
import { type Calibration, calibrationSchema } from '../../src/core/calibration.ts'
import { randomOf } from '../../src/records/random.ts'
import { calibrationReport, seenText } from '../../src/report/calibration.ts'
import { calibrationOf, keepCalibration } from '../../src/report/calibrations.ts'
import { REPORTERS } from '../../src/report/reporters.ts'
import { pacedResult } from '../fixtures/result.ts'
import { testIo } from '../test-io.ts'

const base = pacedResult()
const METRICS = ['recordsPerSec', 'latency.p50Ms'] as const

/** Pairs whose medians scatter, and whose second run is so many times slower. */
function pairsOf(count: number, noise: number, slower = 1): Pair[] {
  const random = randomOf(3, 0)
  const run = (times: number) => {
    const copy = structuredClone(base)
    if (copy.latency !== undefined) copy.latency.p50Ms *= times * Math.exp(noise * random.normal())
    return copy
  }
  return Array.from({ length: count }, () => ({ base: run(1), now: run(slower) }))
}

const counted = (pairs: readonly Pair[]) => calibrated(pairs, METRICS, DEFAULT_RULES, randomOf(1, 1).float)

const median = (found: ReturnType<typeof counted>) =>
  found?.metrics.find(({ metric }) => metric === 'latency.p50Ms')

describe('a calibration', () => {
  it('tells the noise of a pair, few false alarms, and what is found of what', () => {
    const found = counted(pairsOf(24, 0.03))
    // Two runs of 3 % each: 3 % times the root of 2
    expect(median(found)?.noiseRatio).toBeGreaterThan(0.025)
    expect(median(found)?.noiseRatio).toBeLessThan(0.065)
    expect((found?.unchanged.regressions ?? 2000) / 2000).toBeLessThan(0.01)
    expect(median(found)?.found.find(({ worsening }) => worsening === 0.2)?.share).toBe(1)
    expect(median(found)?.smallestFound).toBeLessThanOrEqual(0.1)
    expect(found?.asTheyCame).not.toBe('regression')
  })

  it('on a machine that scatters by half finds nothing, and says so', () => {
    const found = counted(pairsOf(16, 0.6))
    expect(median(found)?.smallestFound).toBeUndefined()
    expect(report(found)).toContain('nothing up to 50 %')
  })

  it('says when the pairs as they came would have been a false alarm', () => {
    const found = counted(pairsOf(16, 0.02, 1.2))
    expect(found?.asTheyCame).toBe('regression')
    expect(report(found)).toContain('and one in these pairs as they came')
  })

  it('needs a metric that every run has', () => {
    const pairs = pairsOf(10, 0.01)
    const { base: run } = pairs[3] ?? { base: pacedResult() }
    if ('latency' in run) delete run.latency
    expect(counted(pairs)?.metrics.map(({ metric }) => metric)).toEqual(['recordsPerSec'])
    expect(calibrated(pairs, ['latency.p50Ms'], DEFAULT_RULES, Math.random)).toBeUndefined()
  })
})

describe('a calibration that is kept', () => {
  it('is found by its command, and reported like everything that is kept', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'tune-calibration-'))
    const kept = of(counted(pairsOf(12, 0.03)))
    const path = await keepCalibration(kept, cwd)
    await writeFile(join(cwd, '.tune/calibrations/cut.json'), '{"schema": "tune.cal')
    expect(await calibrationOf(['bench', 'producer'], cwd)).toEqual(kept)
    expect(await calibrationOf(['bench', 'consumer'], cwd)).toBeUndefined()
    const io = testIo({ cwd })
    expect(await run(['report', path], io)).toBe(0)
    expect(io.stdout).toContain(seenText(kept).slice(0, 40))
  })
})

function of(found: ReturnType<typeof counted>): Calibration {
  return calibrationSchema.parse({
    schema: 'tune.calibration/1',
    baseline: 'main',
    calibratedAt: '2026-01-31T10:00:00.000Z',
    command: ['bench', 'producer'],
    pairs: 16,
    replaced: 0,
    ...found,
  })
}

function report(found: ReturnType<typeof counted>): string {
  return REPORTERS.table(calibrationReport(of(found)), { columns: 100, color: false, unicode: true })
}
