/**
 * A driver whose records are answered when they are received, so that the producer bench around it measures from the due
 * time to the receipt. One process, one monotonic clock.
 */
import type { Clock } from '../../core/clock.ts'
import type { OnDone, Operation } from '../../core/operation.ts'
import type { Share } from '../../core/share.ts'
import type { ReceivedRecord } from '../../drivers/consumer.ts'
import type { Admin, Driver, ProducerClient, ProducerPlan, Stamp, TopicState } from '../../drivers/driver.ts'
import { TuneError } from '../../errors.ts'
import { fieldReader, fieldWriter } from './json-field.ts'
import type { Receiving } from './plan.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { createTracker, type Tally, type Tracker } from './tracker.ts'

/** After the last record, for the markers behind it to be read. */
const SETTLE_MS = 1000

export interface EndToEnd {
  readonly driver: Driver
  /** Measured time begins. */
  onMeasure(): void
  /** An operation that was acknowledged is taken back with its transaction. */
  aborted(operation: Operation): void
  /** Aborted, with the error, when a consumer cannot go on. */
  readonly broken: AbortSignal
  /** Once the client is closed. */
  reception(): Reception
}

/** What came out at the other end. */
export interface Reception {
  readonly tally: Tally
  /** Of the consumers: code -> times. */
  readonly errors: Readonly<Record<string, number>>
  /** In the output and not read; undefined where that cannot be seen. */
  readonly lagRecords: number | undefined
  readonly outputPartitions: number
  readonly timestampType: string | undefined
}

/** What is put into each record by the client, and what is made of it when it comes out. */
export interface Known {
  readonly stamp?: Stamp
  readonly received: (record: ReceivedRecord, partition: number, atMs: number) => void
}

/** How records are known, of a bench that has a way of its own. */
export type Correlator = (tracker: Tracker) => Known

/** undefined: a record is known by its place. */
function correlation({ correlate }: Receiving, tracker: Tracker): Known | undefined {
  if (correlate.kind === 'place' || correlate.kind === 'change') return undefined
  if (correlate.kind === 'header') {
    const { name } = correlate
    return {
      stamp: { kind: 'header', header: name, of: tracker.stamp },
      received: (record, partition, atMs) => tracker.receivedStamp(record.header(name), partition, atMs),
    }
  }
  const write = fieldWriter(correlate.input)
  const read = fieldReader(correlate.output)
  return {
    stamp: { kind: 'value', of: (operation, value) => write(value, tracker.identify(operation)) },
    received: (record, partition, atMs) => tracker.receivedId(read(record.value), partition, atMs),
  }
}

export interface EndToEndOptions {
  readonly driver: Driver
  readonly admin: Pick<Admin, 'describe' | 'endOffsets'>
  readonly clock: Clock
  readonly plan: Receiving
  readonly share: Share
  readonly correlator?: Correlator | undefined
}

export function endToEnd({ driver, admin, clock, plan, share, correlator }: EndToEndOptions): EndToEnd {
  let onDone: OnDone = () => {}
  let lagRecords: number | undefined
  let allReceived = false
  let output: TopicState | undefined
  const errors: Record<string, number> = {}
  const broken = new AbortController()
  const tracker = createTracker(
    plan.run,
    () => clock.nowMs(),
    {
      onReceived: (operation) => onDone(operation),
      onFailed: (operation, error, outcome) => onDone(operation, error, outcome),
    },
    share,
  )
  const known = correlator?.(tracker) ?? correlation(plan, tracker)

  async function producer(asked: ProducerPlan, done: OnDone): Promise<ProducerClient> {
    onDone = done
    // Asked when the topic is there: a topic of its own is made first
    output = await outputOf(plan, admin)
    const started = await startReceiver({
      driver,
      clock,
      connection: asked.connection,
      admin,
      plan,
      partitions: output.partitions.length,
      records: known !== undefined,
      onReceived(received) {
        const atMs = clock.nowMs()
        const { partition, firstOffset, lastOffset } = received
        if (known === undefined) tracker.receivedPlaces(partition, firstOffset, lastOffset, atMs)
        else received.each?.((record) => known.received(record, partition, atMs))
      },
      onError(code) {
        errors[code] = (errors[code] ?? 0) + 1
      },
    })
    const giveUp = () => broken.abort(started.broken.reason)
    if (started.broken.aborted) giveUp()
    started.broken.addEventListener('abort', giveUp)
    try {
      const inner = await driver.producer(
        known?.stamp === undefined ? asked : { ...asked, stamp: known.stamp },
        tracker.answered,
      )
      return wrap(inner, started)
    } catch (error) {
      await started.close()
      throw error
    }
  }

  function wrap(inner: ProducerClient, started: Receiver): ProducerClient {
    return {
      ...inner,
      stats() {
        const sent = inner.stats()
        const { throttleMs } = started.stats()
        // Whichever way a quota holds records back
        return throttleMs === undefined
          ? sent
          : { ...sent, throttleMs: Math.max(throttleMs, sent.throttleMs ?? 0) }
      },
      send(operation: Operation) {
        if (known === undefined) tracker.sent(operation)
        return inner.send(operation)
      },
      async drain(timeoutMs) {
        const untilMs = clock.nowMs() + timeoutMs
        await inner.drain(timeoutMs)
        if (tracker.waiting() > 0 && !broken.signal.aborted) {
          const received = new Promise<void>((resolve) => tracker.onIdle(resolve))
          const late = clock.wait(untilMs, false)
          broken.signal.addEventListener('abort', late.wake)
          await Promise.race([received, late.done])
          late.wake()
          broken.signal.removeEventListener('abort', late.wake)
          tracker.onIdle(() => {})
        }
        allReceived = tracker.waiting() === 0
        tracker.giveUp()
      },
      async close() {
        lagRecords = await started.lagRecords(allReceived ? SETTLE_MS : 0)
        await Promise.all([inner.close(), started.close()])
      },
    }
  }

  return {
    driver: { ...driver, producer },
    onMeasure: tracker.reset,
    aborted: tracker.aborted,
    broken: broken.signal,
    reception: () => ({
      tally: tracker.tally(),
      errors,
      lagRecords,
      outputPartitions: output?.partitions.length ?? 0,
      timestampType: output?.configs['message.timestamp.type'],
    }),
  }
}

/** @throws TuneError TOPIC */
async function outputOf({ outputTopic }: Receiving, admin: Pick<Admin, 'describe'>): Promise<TopicState> {
  const found = await admin.describe(outputTopic)
  if (found !== undefined) return found
  throw new TuneError('TOPIC', `topic ${outputTopic} does not exist (or this user may not see it)`, {
    hint: 'name the topic that the records come out of with --output-topic',
  })
}
