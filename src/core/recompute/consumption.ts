/** The figures of a reading run from its series and its own counts. */
import { judgeReader, NO_TIME_MS } from '../health-reader.ts'
import type { ConsumerResult } from '../result.ts'
import { checkSummary } from './latencies.ts'
import { expectSame, type Problem, sum } from './problem.ts'
import { checkRates } from './series.ts'

export function checkConsumer(result: ConsumerResult): Problem[] {
  const { series, metrics, consumption, durationMs } = result
  const inTime = series.filter(({ phase }) => phase === 'measure')
  const measured = sum(inTime, ({ records }) => records)
  const received = sum(series, ({ records }) => records)
  const isTimed = received > 0 && durationMs > NO_TIME_MS
  const skew = Math.max(...consumption.perPartition) * consumption.perPartition.length
  const same = (name: string, computed: number | undefined, from: string) =>
    expectSame(`metrics.${name}`, metrics[name], computed, from)
  return [
    ...checkRates(series),
    ...(['poll', 'processing', 'commit'] as const).flatMap((name) => {
      const summary = result[name]
      return summary === undefined ? [] : checkSummary(name, summary)
    }),
    ...same(
      'recordsPerSec',
      isTimed ? (measured * 1000) / durationMs : undefined,
      'series.*.records / durationMs',
    ),
    ...same(
      'bytesPerSec',
      isTimed ? (sum(inTime, ({ bytes }) => bytes) * 1000) / durationMs : undefined,
      'series.*.bytes / durationMs',
    ),
    ...same('recordsReceived', consumption.received, 'consumption.received'),
    ...same('recordsRepeated', consumption.repeated, 'consumption.repeated'),
    ...same('joinMs', consumption.joinMs, 'consumption.joinMs'),
    ...same('firstRecordMs', consumption.firstRecordMs, 'consumption.firstRecordMs'),
    ...same('rebalances', consumption.rebalances, 'consumption.rebalances'),
    ...same('lagRecords', consumption.lagRecords, 'consumption.lagRecords'),
    ...same('caughtUpMs', result.catchUp?.caughtUpMs, 'catchUp.caughtUpMs'),
    ...same('drainedPerSec', result.catchUp?.drainedPerSec, 'catchUp.drainedPerSec'),
    ...checkCatchUp(result),
    ...same('lagMs', consumption.lagMs, 'consumption.lagMs'),
    ...same('partitionSkew', received === 0 ? undefined : skew / received, 'consumption.perPartition'),
    ...expectSame('consumption.received', consumption.received, received, 'series.*.records'),
    ...expectSame(
      'consumption.received',
      consumption.received,
      sum(consumption.perPartition, (records) => records),
      'consumption.perPartition',
    ),
    ...checkTopics(result),
    ...(result.workers === undefined
      ? []
      : expectSame(
          'consumption.received',
          consumption.received,
          sum(result.workers, ({ records }) => records),
          'workers.*.records',
        )),
    ...expectSame(
      'consumption.receivedBefore',
      consumption.receivedBefore,
      received - measured,
      'series.*.records',
    ),
    ...expectSame(
      'consumption.bytes',
      consumption.bytes,
      sum(series, ({ bytes }) => bytes),
      'series.*.bytes',
    ),
    ...expectSame(
      'consumption.rebalances',
      consumption.rebalances,
      sum(series, ({ rebalances }) => rebalances),
      'series.*.rebalances',
    ),
    ...expectSame(
      'health.limitedBy',
      result.health.limitedBy,
      judgedAgain(result),
      'tool, client, host, processing, commit',
    ),
    // A reader generates nothing
    ...expectSame('health.generatorLimited', result.health.generatorLimited, false, 'kind'),
    ...expectSame('consumption.commits', consumption.commits, result.commit?.count ?? 0, 'commit.count'),
    ...expectSame(
      'errors',
      sum(Object.values(result.errors), (count) => count),
      sum(series, ({ errors }) => errors),
      'series.*.errors',
    ),
  ]
}

/** Topics are parts of the partitions. */
function checkTopics({ consumption: { topics, perPartition, lagRecords } }: ConsumerResult): Problem[] {
  if (topics === undefined) return []
  let base = 0
  return [
    ...topics.flatMap(({ partitions, received }, n) => {
      const own = perPartition.slice(base, base + partitions)
      base += partitions
      const computed = sum(own, (records) => records)
      return expectSame(`consumption.topics.${n}.received`, received, computed, 'consumption.perPartition')
    }),
    ...expectSame(
      'consumption.lagRecords',
      lagRecords,
      lagRecords === undefined ? undefined : sum(topics, (topic) => topic.lagRecords ?? 0),
      'consumption.topics.*.lagRecords',
    ),
  ]
}

function judgedAgain(result: ConsumerResult): string {
  const { health, host, processing, commit, durationMs, plan, endedEarly } = result
  return judgeReader({
    ...(endedEarly === undefined ? {} : { gone: endedEarly }),
    tool: health.tool,
    hostCpuRatio: host?.cpuRatio,
    client: health.client,
    processing,
    commit,
    consumersMs: durationMs * plan.consumers,
  }).limitedBy
}

/** The lag's own series tells when it was gone, and how fast it went. */
function checkCatchUp({ catchUp }: ConsumerResult): Problem[] {
  if (catchUp === undefined) return []
  const { lag, backlogRecords, caughtUpMs, drainedPerSec, thresholdRecords, writing } = catchUp
  const first = lag[0]
  const last = lag.at(-1)
  if (first === undefined || last === undefined) return []
  const spanMs = last.atMs - first.atMs
  return [
    ...expectSame('catchUp.backlogRecords', backlogRecords, first.lagRecords, 'catchUp.lag.0'),
    ...expectSame(
      'catchUp.caughtUpMs',
      caughtUpMs,
      last.lagRecords < thresholdRecords ? last.atMs : undefined,
      'catchUp.lag, thresholdRecords',
    ),
    ...expectSame(
      'catchUp.drainedPerSec',
      drainedPerSec,
      spanMs > 0 ? ((first.lagRecords - last.lagRecords) * 1000) / spanMs : undefined,
      'catchUp.lag',
    ),
    ...expectSame(
      'catchUp.writing.sent',
      writing.sent,
      writing.acked + writing.failed + writing.unknown,
      'acked + failed + unknown',
    ),
  ]
}
