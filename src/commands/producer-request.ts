/** What was asked for, read and checked: flags, profile, client.properties, thresholds. No broker is touched here. */
import type { LoadPlan, WarmupPlan } from '../bench/plan.ts'
import type { Properties } from '../drivers/driver.ts'
import { TuneError } from '../errors.ts'
import type { RecordSpec } from '../records/index.ts'
import { parseDurationMs } from '../units.ts'
import { type BenchRequest, readBenchRequest, type TopicRequest, topicRequest } from './bench-request.ts'
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
}

const DEFAULT_DRAIN_MS = 30_000

export async function readRequest(
  kind: 'producer' | 'e2e',
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
  refuseTransactions(flags, request.properties)
  return {
    ...request,
    topic: topicRequest(flags, request, flags.createTopic === true),
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

function refuseTransactions(flags: ProducerFlags, properties: Properties): void {
  const asked =
    flags.transactionalId !== undefined ||
    flags.transactionDurationMs !== undefined ||
    properties['transactional.id'] !== undefined
  if (!asked) return
  throw new TuneError('UNSUPPORTED', 'transactions are not measured yet', {
    hint: 'leave out --transactional-id, --transaction-duration-ms and transactional.id',
  })
}
