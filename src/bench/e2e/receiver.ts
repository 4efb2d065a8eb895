/** The consumers of an end-to-end run: they read on from where the output ended, and tell what came. */

import type { Clock } from '../../core/clock.ts'
import type { ConsumerClient, Received } from '../../drivers/consumer.ts'
import type { Admin, ClientStats, Connection, Driver } from '../../drivers/driver.ts'
import { TuneError } from '../../errors.ts'
import { togetherStats } from '../client-stats.ts'
import { lagBehind } from '../lag.ts'
import { watchTopic } from '../topic-watch.ts'
import type { ReceivePlan } from './plan.ts'

/** Consumers that got no partitions by then will not get them. */
const JOIN_MS = 30_000
/** Between two looks whether anything came. */
const LOOK_MS = 500
/** How often it is looked whether the rest has been read. */
const SETTLE_LOOK_MS = 20

export interface ReceiverOptions {
  readonly driver: Driver
  readonly clock: Clock
  readonly connection: Connection
  readonly admin: Pick<Admin, 'endOffsets'>
  readonly plan: ReceivePlan
  readonly partitions: number
  /** True where records are looked at one by one. */
  readonly records: boolean
  readonly onReceived: (received: Received) => void
  readonly onError: (code: string) => void
}

export interface Receiver {
  /** What is in the output and was not read; undefined where that cannot be seen. */
  /**
   * What is in the topic and was not read; undefined where that cannot be known.
   * @param patienceMs what is left may be markers of transactions, which come after the records and are none
   */
  lagRecords(patienceMs: number): Promise<number | undefined>
  /** Aborted, with the error, when a consumer cannot go on. */
  readonly broken: AbortSignal
  stats(): ClientStats
  close(): Promise<void>
}

/** Comes back when every partition is read. @throws TuneError */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { driver, clock, connection, admin, plan, partitions, onReceived, onError } = options
  const positions = await admin.endOffsets(plan.outputTopic, partitions)
  const clients: ConsumerClient[] = []
  let lastMs = clock.nowMs()
  const waiting = new Set(positions.keys())
  let ready = () => {}
  const assigned = new Promise<void>((resolve) => {
    ready = resolve
  })
  for (let member = 0; member < Math.min(plan.consumers, partitions); member++) {
    const from = positions.flatMap((offset, partition) =>
      partition % plan.consumers === member ? [{ partition, offset }] : [],
    )
    clients.push(
      await driver.consumer(
        {
          connection,
          topic: plan.outputTopic,
          partitions,
          subscription: { kind: 'assigned', from },
          properties: plan.properties,
          records: options.records,
          mayHold: false,
        },
        {
          onRecords(batch) {
            lastMs = clock.nowMs()
            for (const received of batch) {
              positions[received.partition] = received.lastOffset + 1
              onReceived(received)
            }
          },
          onPast(partition, nextOffset) {
            positions[partition] = Math.max(positions[partition] ?? 0, nextOffset)
          },
          onAssigned(now) {
            for (const partition of now) waiting.delete(partition)
            if (waiting.size === 0) ready()
          },
          onRevoked: () => {},
          onError,
        },
      ),
    )
  }
  const broken = new AbortController()
  const failed = new Promise<never>((_, reject) => {
    for (const { ended } of clients) ended.catch(reject)
  })
  failed.catch((error) => broken.abort(error))
  for (const client of clients) client.start()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new TuneError(
          'UNREACHABLE',
          `the consumers got no partitions of ${plan.outputTopic} in ${JOIN_MS / 1000} s`,
          {
            hint: 'run again with --debug to see the client’s own log',
          },
        ),
      )
    }, JOIN_MS)
  })
  const topicWatch = watchTopic(plan.outputTopic, partitions, {
    admin,
    onGone: (error) => broken.abort(error),
  })
  const watching = setInterval(() => void topicWatch.look(clock.nowMs() - lastMs), LOOK_MS)
  const close = async () => {
    clearInterval(watching)
    await Promise.all(clients.map((client) => client.close()))
  }
  try {
    await Promise.race([assigned, failed, late])
  } catch (error) {
    await close()
    throw error
  } finally {
    clearTimeout(timer)
  }
  return {
    broken: broken.signal,
    ...togetherStats(clients),
    close,
    async lagRecords(patienceMs) {
      const untilMs = clock.nowMs() + patienceMs
      try {
        const ends = await admin.endOffsets(plan.outputTopic, partitions)
        while (lagBehind(ends, positions) > 0 && clock.nowMs() < untilMs) {
          await clock.wait(Math.min(untilMs, clock.nowMs() + SETTLE_LOOK_MS), false).done
        }
        return lagBehind(ends, positions)
      } catch {
        return undefined
      }
    },
  }
}
