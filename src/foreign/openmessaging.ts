/**
 * A result of the OpenMessaging Benchmark (`TestResult.java`), and of Redpanda's fork. Publishing is timed from the send,
 * how late it was sent beside it (in µs, everything else in ms), end to end from the record's timestamp. Rates are one
 * figure each ten seconds.
 */
import { z } from 'zod'
import { TuneError } from '../errors.ts'
import { member } from '../member.ts'
import { type ForeignFormat, type ForeignRun, known, type Times } from './foreign-run.ts'

const rates = z.array(z.number()).default([])
const resultSchema = z.looseObject({
  workload: z.string(),
  driver: z.string(),
  messageSize: z.number().optional(),
  topics: z.number().optional(),
  partitions: z.number().optional(),
  producersPerTopic: z.number().optional(),
  consumersPerTopic: z.number().optional(),
  sampleRateMillis: z.number().positive().default(10_000),
  publishRate: rates,
  publishErrorRate: rates,
  consumeRate: rates,
  backlog: rates,
})

const ASKED = ['messageSize', 'topics', 'partitions', 'producersPerTopic', 'consumersPerTopic'] as const

export const openMessaging: ForeignFormat = {
  title: 'OpenMessaging Benchmark',
  kind: 'e2e',
  primary: ['recordsPerSec', 'publish.p50Ms', 'service.p50Ms'],
  isIt: (_, document) =>
    ['workload', 'driver', 'publishRate'].every((name) => member(document, name) !== undefined),
  read(_, document, path) {
    const parsed = resultSchema.safeParse(document)
    const problem = parsed.error?.issues[0]
    if (!parsed.success || parsed.data.publishRate.length === 0) {
      const where =
        problem === undefined ? 'it has no rates' : `${problem.path.join('.')}: ${problem.message}`
      throw new TuneError('CONFIG', `${path} is no whole result of the OpenMessaging Benchmark: ${where}`, {
        hint: 'a result is written when a workload has ended: WORKLOAD-DRIVER-DATE.json',
      })
    }
    const { workload, driver, ...result } = parsed.data
    const asked = ASKED.flatMap((name) => (result[name] === undefined ? [] : [[name, String(result[name])]]))
    return {
      runs: [runOf(document, parsed.data)],
      // The rate that was asked for stands in the workload's file alone
      asked: { workload, ...Object.fromEntries(asked) },
      called: { driver },
    }
  },
}

type OmbResult = z.infer<typeof resultSchema>

function runOf(document: unknown, result: OmbResult): ForeignRun {
  const { publishRate, publishErrorRate, consumeRate, backlog, sampleRateMillis } = result
  const count = (perSec: readonly number[]) => Math.round((sum(perSec) * sampleRateMillis) / 1000)
  const sent = sum(publishRate)
  return {
    metrics: known({
      recordsPerSec: sent / publishRate.length,
      consumedPerSec: sum(consumeRate) / consumeRate.length,
      errorRatio:
        publishErrorRate.length === 0 ? Number.NaN : sum(publishErrorRate) / (sent + sum(publishErrorRate)),
      lagRecords: backlog.at(-1),
    }),
    publish: timesOf(document, 'aggregatedPublishLatency', 1, count(publishRate)),
    lateness: timesOf(document, 'aggregatedPublishDelayLatency', 1000, count(publishRate)),
    service: timesOf(document, 'aggregatedEndToEndLatency', 1, count(consumeRate)),
  }
}

/** @param perMs how many of its unit are a millisecond */
function timesOf(document: unknown, name: string, perMs: number, count: number): Times {
  const value = (end: string) => {
    const found = member(document, `${name}${end}`)
    return typeof found === 'number' ? found / perMs : undefined
  }
  const times = known({
    meanMs: value('Avg'),
    p50Ms: value('50pct'),
    p95Ms: value('95pct'),
    p99Ms: value('99pct'),
    p999Ms: value('999pct'),
    maxMs: value('Max'),
  })
  // A run without consumers has zeros for them
  return times.maxMs === 0 || Object.keys(times).length === 0 ? {} : { count, ...times }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
