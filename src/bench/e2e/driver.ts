/**
 * A driver whose records are answered when they are received, so that the producer bench around it measures from the due
 * time to the receipt. One process, one monotonic clock.
 */
import type { Clock } from '../../core/clock.ts'
import type { OnDone, Operation } from '../../core/operation.ts'
import type { Admin, Driver, ProducerClient, ProducerPlan } from '../../drivers/driver.ts'
import type { ReceivePlan } from './plan.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { createTracker, type Tally } from './tracker.ts'

export interface EndToEnd {
  readonly driver: Driver
  /** Measured time begins. */
  onMeasure(): void
  tally(): Tally
  /** Of the consumers: code -> times. */
  readonly errors: Readonly<Record<string, number>>
  lagRecords(): Promise<number | undefined>
}

export interface EndToEndOptions {
  readonly driver: Driver
  readonly admin: Admin
  readonly clock: Clock
  readonly plan: ReceivePlan
  readonly partitions: () => Promise<number>
  readonly run: number
}

export function endToEnd({ driver, admin, clock, plan, partitions, run }: EndToEndOptions): EndToEnd {
  let onDone: OnDone = () => {}
  let receiver: Receiver | undefined
  let lag: number | undefined
  const errors: Record<string, number> = {}
  const tracker = createTracker(run, () => clock.nowMs(), {
    onReceived: (operation) => onDone(operation),
    onFailed: (operation, error, outcome) => onDone(operation, error, outcome),
  })
  const { header } = plan

  async function producer(asked: ProducerPlan, done: OnDone): Promise<ProducerClient> {
    onDone = done
    receiver = await startReceiver({
      driver,
      connection: asked.connection,
      admin,
      plan,
      partitions: await partitions(),
      records: header !== undefined,
      onReceived(received) {
        const atMs = clock.nowMs()
        const { partition, firstOffset, lastOffset } = received
        if (header === undefined) tracker.receivedPlaces(partition, firstOffset, lastOffset, atMs)
        else received.each?.((record) => tracker.receivedStamp(record.header(header), partition, atMs))
      },
      onError(code) {
        errors[code] = (errors[code] ?? 0) + 1
      },
    })
    const started = receiver
    try {
      const inner = await driver.producer(
        header === undefined ? asked : { ...asked, stamp: { header, of: tracker.stamp } },
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
      send(operation: Operation) {
        if (header === undefined) tracker.sent(operation)
        return inner.send(operation)
      },
      async drain(timeoutMs) {
        const untilMs = clock.nowMs() + timeoutMs
        await inner.drain(timeoutMs)
        if (tracker.waiting() > 0) {
          const received = new Promise<void>((resolve) => tracker.onIdle(resolve))
          const late = clock.wait(untilMs, false)
          await Promise.race([received, late.done, started.failed])
          late.wake()
          tracker.onIdle(() => {})
        }
        tracker.giveUp()
      },
      async close() {
        lag = await started.lagRecords()
        await Promise.all([inner.close(), started.close()])
      },
    }
  }

  return {
    driver: { ...driver, producer },
    onMeasure: tracker.reset,
    tally: tracker.tally,
    errors,
    lagRecords: async () => lag,
  }
}
