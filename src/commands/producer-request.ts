/** What was asked for, read and checked: flags, profile, client.properties, thresholds. No broker is touched here. */
import { randomBytes } from 'node:crypto'
import type { LoadPlan, WarmupPlan } from '../bench/plan.ts'
import type { Properties } from '../drivers/driver.ts'
import { TuneError } from '../errors.ts'
import type { RecordSpec } from '../records/index.ts'
import { parseDurationMs } from '../units.ts'
import {
  type BenchRequest,
  isSeveral,
  readBenchRequest,
  type TopicRequest,
  topicRequest,
} from './bench-request.ts'
import type { Io } from './io.ts'
import type { ProducerFlags } from './producer-flags.ts'
import { loadPlan, warmupPlan } from './producer-load.ts'
import { recordSpec } from './producer-records.ts'

export interface ProducerRequest extends BenchRequest {
  readonly topic: TopicRequest
  readonly records: RecordSpec
  readonly load: LoadPlan
  readonly warmup: WarmupPlan
  readonly pacing: 'timer' | 'precise'
  readonly drainMs: number
  readonly transactions?: { readonly durationMs: number }
}

const DEFAULT_DRAIN_MS = 30_000

export async function readRequest(
  kind: 'producer' | 'e2e' | 'cdc',
  flags: ProducerFlags,
  io: Io,
): Promise<ProducerRequest> {
  const load = loadPlan(flags)
  const typed = {
    '--producer-props': flags.producerProps,
    '--command-property': flags.commandProperty,
  }
  const file = flags.commandConfig ?? flags['producer.config']
  const request = await readBenchRequest(kind, flags, typed, file, io)
  return {
    ...request,
    ...transactionsOf(flags, request.properties),
    // One that nobody has named is its own, and nobody else would make it
    topic: topicRequest(flags, request, flags.createTopic === true || flags.topic === undefined),
    records: recordSpec(flags),
    load,
    warmup: warmupPlan(flags),
    pacing: flags.pacing === 'precise' ? 'precise' : 'timer',
    drainMs:
      flags.drainTimeout === undefined
        ? DEFAULT_DRAIN_MS
        : parseDurationMs(flags.drainTimeout, '--drain-timeout', { min: 1 }),
  }
}

/** As kafka-producer-perf-test has it: either flag, or the property, and records go in transactions. */
const DEFAULT_TRANSACTION_MS = 3000
/** Java's and librdkafka's default of transaction.timeout.ms. */
const TRANSACTION_TIMEOUT_MS = 60_000

/** @throws TuneError USAGE */
function transactionsOf(
  flags: ProducerFlags,
  properties: Properties,
): Pick<ProducerRequest, 'properties' | 'transactions'> {
  const { transactionalId, transactionDurationMs } = flags
  const named = transactionalId ?? properties['transactional.id']
  if (named === undefined && transactionDurationMs === undefined) return { properties }
  const durationMs =
    transactionDurationMs === undefined
      ? DEFAULT_TRANSACTION_MS
      : parseDurationMs(transactionDurationMs, '--transaction-duration-ms', { bare: 'ms', min: 1 })
  const timeoutMs = Number(properties['transaction.timeout.ms'] ?? TRANSACTION_TIMEOUT_MS)
  if (durationMs >= timeoutMs) {
    throw new TuneError(
      'USAGE',
      `--transaction-duration-ms ${durationMs} is not below transaction.timeout.ms=${timeoutMs}: the broker would abort each`,
      { hint: 'ask for shorter ones, or raise transaction.timeout.ms with --producer-props' },
    )
  }
  if (isSeveral(flags)) {
    throw new TuneError(
      'UNSUPPORTED',
      'a transaction over several topics: each has a client of its own here',
      {
        hint: 'name one topic, or leave the transaction flags out',
      },
    )
  }
  const id = named ?? `tune-bench-${randomBytes(4).toString('hex')}`
  return { properties: { ...properties, 'transactional.id': id }, transactions: { durationMs } }
}
