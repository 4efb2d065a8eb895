import { describe, expect, it } from 'vitest'
import { withCoarseSeconds } from '../../src/core/coarse-seconds.ts'
import { checkResult } from '../../src/core/recompute.ts'
import { type Result, resultSchema } from '../../src/core/result.ts'
import { describeBound, parseBound } from '../../src/core/threshold.ts'
import { CONSUMER_FIXTURES } from '../fixtures/consumer-result.ts'
import { HTTP_FIXTURES } from '../fixtures/http-result.ts'
import { FIXTURES, generatorLimitedResult, pacedResult, unpacedResult } from '../fixtures/result.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Paths of every number, histogram, level, limit and flag that a report shows or a figure is made of. */
function figures(value: Json, path: readonly (string | number)[] = []): (string | number)[][] {
  if (Array.isArray(value)) return value.flatMap((item, n) => figures(item, [...path, n]))
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => figures(item, [...path, key]))
  }
  const isFigure =
    typeof value === 'number' ||
    path.at(-1) === 'hdr' ||
    path.at(-1) === 'level' ||
    path.at(-1) === 'limitedBy' ||
    typeof value === 'boolean'
  return isFigure ? [[...path]] : []
}

/** Read off the machine, the clock, the client or the plan: primary facts with no second source in the document. */
const PRIMARY = [
  /^plan\./,
  /^environment\./,
  /^effectiveConfig\./,
  /^preflight\./,
  /^complete$/,
  /^health\.client\.(?!sums\.)/,
  /^health\.tool\.(?!cpuUs$)/,
  /^health\.blockedMs$/,
  /^metrics\.retries$/,
  /^accounting\.exact$/,
  // Of the warm-up: when, and what failed; it adds up to nothing that is told
  /^warmupSeries\.\d+\.(atMs|errors)$/,
  // Bounded by mean and latency only, unless it is the largest.
  /^series\.\d+\.service\.maxMs$/,
  // Of a reading run: when things happened, and what no series counts.
  /^consumption\.(allDeliveredMs|skipped|pollsMissed|commitsFailed)$/,
  /^metrics\.pollBudgetRatio$/,
  /^catchUp\.(ratePerSec|thresholdRecords|lag\.[1-9]\d*\.atMs|lag\.[1-3]\.lagRecords|writing\.(before|during)\.)/,
  /^workers\.\d+\.health\.(tool\.|limitedBy$)/,
  /^workers\.\d+\.blocked\.clamped$/,
  /^series\.\d+\.polls$/,
  // Of a run that polls: what was counted once, where it happened, and bounds other counts only.
  /^times\./,
  /^pool\.(?!busyMs$|size$|ofMs$)/,
  /^polls\.(ends\.|lateness\.clamped$)/,
  /^requests\.(wireBytes$|statuses\.|retries$|rateLimited$)/,
  /^pages\.(count|empty|cached|recordsCached|notModified|recordsTwice)$/,
  /^connectors\.\d+\.(conversion\.|deadLetters$|mostQueued$)/,
  // Zeros lie at the edge where clamped values are counted.
  /^blocked\.clamped$/,
]

/** The first and the last of the intervals stand for all. */
function isMiddle([head, n]: readonly (string | number)[], { series }: Result): boolean {
  return head === 'series' && typeof n === 'number' && n > 0 && n < series.length - 1
}

function altered(result: Result, path: readonly (string | number)[], otherHdr: string): Result {
  const copy: Json = JSON.parse(JSON.stringify(result))
  let at: Json = copy
  for (const step of path.slice(0, -1)) at = child(at, step)
  const last = path.at(-1) ?? ''
  const old = child(at, last)
  const next =
    typeof old === 'number'
      ? Math.ceil(old * 1.1) + 1
      : typeof old === 'boolean'
        ? !old
        : last === 'hdr'
          ? otherHdr
          : last === 'limitedBy'
            ? 'quota'
            : other(old)
  if (Array.isArray(at)) at[Number(last)] = next
  else if (typeof at === 'object' && at !== null) at[last] = next
  return resultSchema.parse(copy)
}

function child(value: Json, step: string | number): Json {
  if (Array.isArray(value)) return value[Number(step)] ?? null
  return typeof value === 'object' && value !== null ? (value[step] ?? null) : null
}

function other(level: Json): string {
  return level === 'warn' ? 'ok' : 'warn'
}

function firstLatency({ series }: Result) {
  const [second] = series
  return second !== undefined && 'latency' in second ? second.latency : undefined
}

const ALL: readonly (readonly [string, () => Result])[] = [
  ...Object.entries(FIXTURES),
  ...Object.entries(CONSUMER_FIXTURES),
  ...Object.entries(HTTP_FIXTURES),
]

describe('computing a result again', () => {
  for (const [name, make] of ALL) {
    it(`finds nothing wrong with what a bench made: ${name}`, () => {
      const result = resultSchema.parse(JSON.parse(JSON.stringify(make())))
      expect(checkResult(result)).toEqual([])
    })
  }

  for (const [name, make] of ALL.filter(([name]) => name !== 'consumer-silent')) {
    it(`fails when any one figure is altered: ${name}`, { timeout: 120_000 }, () => {
      const result = make()
      const otherHdr = (name === 'paced' ? generatorLimitedResult() : pacedResult()).latency?.hdr ?? ''
      const paths = figures(JSON.parse(JSON.stringify(result))).filter(
        (path) => !isMiddle(path, result) && !PRIMARY.some((pattern) => pattern.test(path.join('.'))),
      )
      expect(paths.length).toBeGreaterThan(40)
      const unseen = paths.filter((path) => checkResult(altered(result, path, otherHdr)).length === 0)
      expect(unseen.map((path) => path.join('.'))).toEqual([])
    })
  }

  for (const [name, make] of ALL) {
    it.each([1, 2] as const)(
      `finds nothing wrong where seconds have %i digits, and no less: ${name}`,
      (digits) => {
        const result = withCoarseSeconds(make(), digits)
        expect(checkResult(result)).toEqual([])
        const latency = firstLatency(result)
        if (latency === undefined) return
        expect(latency.hdr).not.toBe(firstLatency(make())?.hdr)
        latency.p99Ms *= 1.15
        expect(checkResult(result)).toMatchObject([{ figure: 'series.0.latency.p99Ms' }])
        latency.p99Ms /= 1.15
        latency.hdr = withCoarseSeconds(pacedResult(), digits).series[1]?.latency?.hdr ?? ''
        expect(checkResult(result).map(({ figure }) => figure)).toContain('latency.hdr')
      },
    )
  }

  it('names the figure, what is stored and what was computed', () => {
    const result = pacedResult()
    const p99Ms = result.latency?.p99Ms
    if (result.latency) result.latency.p99Ms = 1
    expect(checkResult(result)).toMatchObject([
      { figure: 'latency.p99Ms', stored: 1, computed: p99Ms, from: 'latency.hdr' },
      { figure: 'verdicts.latency.p99Ms.value', stored: p99Ms, computed: 1 },
    ])
  })

  it('judges as the verdicts did, utilization below its range included', () => {
    const result = pacedResult()
    for (const second of result.series) if (second.host?.cpuRatio) second.host.cpuRatio = 0.1
    if (result.host) result.host.cpuRatio = 0.1
    const cpu = result.verdicts.find(({ metric }) => metric === 'host.cpuRatio')
    Object.assign(cpu ?? {}, { value: 0.1, reason: 'below the range: room is left' })
    expect(checkResult(result)).toEqual([])
    Object.assign(cpu ?? {}, { level: 'warn' })
    expect(checkResult(result)).toMatchObject([{ figure: 'verdicts.host.cpuRatio.level', computed: 'ok' }])
  })

  it('misses a figure that was taken out', () => {
    const result = unpacedResult()
    delete result.metrics.bytesPerSec
    expect(checkResult(result).map(({ figure }) => figure)).toEqual(['metrics.bytesPerSec'])
  })

  it('reads every bound back that a verdict writes', () => {
    for (const bound of [{ above: 1500 }, { below: 0.25 }, { between: [0.4, 0.7] as const }]) {
      expect(parseBound(describeBound(bound, String))).toEqual(bound)
      expect(parseBound(describeBound(bound, (value) => `${value * 100} %`))).toEqual(bound)
    }
    expect(parseBound('as fast as it goes')).toBeUndefined()
  })
})
