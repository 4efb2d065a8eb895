/** What the workers of one run brought, as if one process had: and beside it, what each did. Pure. */
import { mergeClients } from '../bench/client-watch.ts'
import type { Reception } from '../bench/e2e/driver.ts'
import type { Loaded } from '../bench/load.ts'
import type { TransactionsSeen } from '../bench/transactions.ts'
import { mergeSummaries } from '../core/histogram.ts'
import { mergeErrors, mergeLatency, mergeMeasured, mergeOutcomes, mergeTools } from '../core/merge.ts'
import type { Load, WarmupSecond } from '../core/result.ts'
import { sum } from '../core/sum.ts'

/** @param parts one a worker, in their order; at least one */
export function mergeLoaded(parts: readonly [Loaded, ...Loaded[]]): Loaded {
  const [first] = parts
  const receptions = parts.flatMap(({ reception }) => reception ?? [])
  const [reception, ...others] = receptions
  const endedEarly = parts.find((part) => part.endedEarly !== undefined)?.endedEarly
  return {
    load: mergeLoads(parts.map(({ load }) => load)),
    startedAt: parts.map(({ startedAt }) => startedAt).toSorted()[0] ?? first.startedAt,
    warmup: mergeWarmups(parts.map(({ warmup }) => warmup)),
    outcome: mergeOutcomes(parts.map(({ outcome }) => outcome)),
    measured: mergeMeasured(parts.map(({ measured }) => measured)),
    tool: mergeTools(parts.map(({ tool }) => tool)),
    cpuUs: sum(parts.map(({ cpuUs }) => cpuUs)),
    client: mergeClients(parts.map(({ client }) => client)),
    // All are on the same machine
    host: first.host,
    hostSeries: first.hostSeries,
    ...(reception === undefined ? {} : { reception: mergeReceptions([reception, ...others]) }),
    ...mergeTransactions(parts.flatMap(({ transactions }) => transactions ?? [])),
    ...(endedEarly === undefined ? {} : { endedEarly }),
    parts,
  }
}

/** A rate is the whole's, of which each walks a share; what is in flight adds up. */
function mergeLoads(loads: readonly Load[]): Load {
  const [first] = loads
  if (first === undefined || first.shape !== 'unpaced') return first ?? { shape: 'unpaced', maxInFlight: 1 }
  return {
    shape: 'unpaced',
    maxInFlight: sum(loads.map((load) => (load.shape === 'unpaced' ? load.maxInFlight : 0))),
  }
}

/** The slowest warm-up decides; where one found no steady state, the run has none. */
function mergeWarmups(parts: readonly Loaded['warmup'][]): Loaded['warmup'] {
  const steady = parts.flatMap(({ steadyAtMs }) => (steadyAtMs === undefined ? [] : [steadyAtMs]))
  const found = steady.filter((atMs) => atMs !== null)
  return {
    tookMs: Math.max(...parts.map(({ tookMs }) => tookMs)),
    records: sum(parts.map(({ records }) => records)),
    ...mergeWarmupSeries(parts.flatMap(({ series }) => (series === undefined ? [] : [series]))),
    ...(steady.length === 0 ? {} : { steadyAtMs: found.length < steady.length ? null : Math.max(...found) }),
  }
}

/** By their number from the end, which all have in common: then they are measured together. */
function mergeWarmupSeries(parts: readonly (readonly WarmupSecond[])[]): Pick<Loaded['warmup'], 'series'> {
  const length = Math.max(0, ...parts.map((part) => part.length))
  if (length === 0) return {}
  const series = Array.from({ length }, (_, n) => {
    const seconds = parts.flatMap((part) => part.at(n - length) ?? [])
    const total = (pick: (second: WarmupSecond) => number) => sum(seconds.map(pick))
    const durationMs = Math.max(...seconds.map((second) => second.durationMs))
    const records = total((second) => second.records)
    return {
      atMs: Math.min(...seconds.map(({ atMs }) => atMs)),
      durationMs,
      records,
      recordsPerSec: durationMs === 0 ? 0 : (records * 1000) / durationMs,
      errors: total(({ errors }) => errors),
      ...mergeLatency(seconds.flatMap(({ latency }) => latency ?? [])),
    }
  })
  return { series }
}

function mergeTransactions(parts: readonly TransactionsSeen[]): Pick<Loaded, 'transactions'> {
  const [first] = parts
  if (first === undefined) return {}
  return {
    transactions: {
      committed: sum(parts.map(({ committed }) => committed)),
      aborted: sum(parts.map(({ aborted }) => aborted)),
      recordsAborted: sum(parts.map(({ recordsAborted }) => recordsAborted)),
      errors: mergeErrors(parts),
      controlRecords: first.controlRecords.map((_, partition) =>
        sum(parts.map(({ controlRecords }) => controlRecords[partition] ?? 0)),
      ),
      commit: mergeSummaries(parts.map(({ commit }) => commit)),
    },
  }
}

const COUNTS = [
  'acked',
  'failed',
  'unknown',
  'received',
  'duplicated',
  'outOfOrder',
  'missing',
  'aborted',
  'late',
] as const

/** Each worker reads the whole output: what is not of the run, or is left, all of them see alike. */
function mergeReceptions(parts: readonly [Reception, ...Reception[]]): Reception {
  const [first] = parts
  const tallies = parts.map(({ tally }) => tally)
  const counts = Object.fromEntries(
    COUNTS.map((name) => [name, sum(tallies.map((tally) => tally[name]))]),
  ) as Record<(typeof COUNTS)[number], number>
  const lags = parts.flatMap(({ lagRecords }) => lagRecords ?? [])
  return {
    ...first,
    errors: mergeErrors(parts),
    lagRecords: lags.length < parts.length ? undefined : Math.max(...lags),
    tally: {
      ...counts,
      foreign: Math.max(...tallies.map(({ foreign }) => foreign)),
      acknowledged: mergeSummaries(tallies.map(({ acknowledged }) => acknowledged)),
      receive: mergeSummaries(tallies.map(({ receive }) => receive)),
    },
  }
}
