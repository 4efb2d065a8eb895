/** The workers' parts of a run against the whole: buckets add up, exact figures travel beside them. */
import { mergeSummaries } from '../histogram.ts'
import type { SendingResult, Worker } from '../result.ts'
import { BLOCKS, checkSummary, tryDecode } from './latencies.ts'
import { expectSame, expectWithin, type Problem, sum } from './problem.ts'

export function checkWorkers({ workers, accounting, metrics, ...result }: SendingResult): Problem[] {
  if (workers === undefined) return []
  const { durationMs, health } = result
  const mean = (pick: (worker: Worker) => number) => sum(workers, pick) / workers.length
  return [
    ...workers.flatMap((worker, n) => [
      ...expectSame(
        `workers.${n}.recordsPerSec`,
        worker.recordsPerSec,
        (worker.records * 1000) / worker.durationMs,
        'its records / durationMs',
      ),
      ...expectWithin(
        `workers.${n}.durationMs`,
        worker.durationMs,
        [0, durationMs * (1 + 1e-9)],
        'durationMs',
      ),
    ]),
    ...expectSame(
      'metrics.recordsPerSec',
      metrics.recordsPerSec,
      (sum(workers, ({ records }) => records) * 1000) / durationMs,
      'workers.*.records / durationMs',
    ),
    ...expectSame(
      'health.blockedMs',
      health.blockedMs,
      mean((worker) => worker.health.blockedMs ?? 0),
      'workers.*.health.blockedMs',
    ),
    ...(health.achievedRatio === undefined
      ? []
      : expectSame(
          'health.achievedRatio',
          health.achievedRatio,
          mean((worker) => worker.health.achievedRatio ?? 1),
          'workers.*.health.achievedRatio',
        )),
    ...expectSame(
      'accounting.sent',
      accounting.sent,
      sum(workers, ({ sent }) => sent),
      'workers.*.sent',
    ),
    ...BLOCKS.flatMap((name) => checkBlock(name, result[name], workers)),
  ]
}

type Block = (typeof BLOCKS)[number]

function checkBlock(name: Block, whole: SendingResult[Block], workers: readonly Worker[]): Problem[] {
  const parts = workers.map((worker) => worker[name])
  const own = parts.flatMap((part, n) =>
    part === undefined ? [] : checkSummary(`workers.${n}.${name}`, part),
  )
  if (parts.some((part) => part !== undefined && tryDecode(part) === undefined)) return own
  const merged = mergeSummaries(parts)
  const from = `workers.*.${name}`
  return [
    ...own,
    ...expectSame(`${name}.count`, whole?.count, merged?.count, from),
    ...expectSame(`${name}.maxMs`, whole?.maxMs, merged?.maxMs, from),
    ...expectSame(`${name}.minMs`, whole?.minMs, merged?.minMs, from),
    ...expectSame(`${name}.sumMs`, whole?.sumMs, merged?.sumMs, from),
    ...expectSame(`${name}.clamped`, whole?.clamped, merged?.clamped, from),
    ...(whole?.hdr === merged?.hdr
      ? []
      : expectSame(`${name}.hdr`, 'other counts', 'the sum of the workers', `${from}.hdr`)),
  ]
}
