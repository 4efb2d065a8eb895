/**
 * A producer whose records go in transactions of some duration, as kafka-producer-perf-test has them: the first record
 * begins one, and while it is ended nothing is taken. That wait is the client's (`blocked`), not lateness. A record is
 * acknowledged when the broker has it; that its transaction was committed, or not, is counted here.
 */
import type { Clock } from '../core/clock.ts'
import { Histogram } from '../core/histogram.ts'
import type { OnDone, Operation } from '../core/operation.ts'
import type { LatencySummary } from '../core/result.ts'
import type { Driver, ProducerClient, ProducerPlan, Transactions } from '../drivers/driver.ts'
import { codeIn, messageOf, TuneError } from '../errors.ts'

export interface TransactionsSeen {
  readonly committed: number
  /** Not committed, and taken back: their records are in the topic, for nobody who reads committed ones. */
  readonly aborted: number
  /** Acknowledged, and not committed: of those taken back, and of one that had no end when the run had. */
  readonly recordsAborted: number
  /** By the code that stopped the commit. */
  readonly errors: Readonly<Record<string, number>>
  /** Markers at the ends of transactions, by partition: offsets that no record has. */
  readonly controlRecords: readonly number[]
  /** From asking for the commit, what was still open included, to the coordinator's answer. */
  readonly commit: LatencySummary | undefined
}

export interface Transactional {
  readonly driver: Driver
  /** Measured time begins: what was counted before does not count. */
  reset(): void
  seen(): TransactionsSeen
  /** Aborted when transactions cannot go on: another producer has the id, or the coordinator is gone. */
  readonly signal: AbortSignal
  /** @throws TuneError ABORTED once aborted */
  check(): void
}

export interface TransactionalOptions {
  readonly driver: Driver
  readonly clock: Clock
  readonly partitions: number
  readonly durationMs: number
  /** Told of each operation that was acknowledged and then taken back. */
  readonly onAborted?: (operation: Operation) => void
}

/** Nothing of this producer can be committed any more: another one has its id, or the broker gave its time up. */
const FENCED = /FENCED|INVALID_PRODUCER_EPOCH|INVALID_PRODUCER_ID_MAPPING/

export function transactional({
  driver,
  clock,
  partitions,
  durationMs,
  onAborted,
}: TransactionalOptions): Transactional {
  const broken = new AbortController()
  let counts = zero()
  /** Of the transaction that is open. */
  let acked = 0
  /** The same, where someone wants to know which. */
  let ackedOperations: Operation[] = []
  let commits = new Histogram()
  let id = ''

  function zero() {
    return {
      committed: 0,
      aborted: 0,
      recordsAborted: 0,
      errors: {} as Record<string, number>,
      controlRecords: Array.from({ length: partitions }, () => 0),
    }
  }

  const markers = (at: Iterable<number>) => {
    for (const partition of at) counts.controlRecords[partition] = (counts.controlRecords[partition] ?? 0) + 1
  }

  const ended = () => {
    acked = 0
    ackedOperations = []
  }

  /** Commits; what cannot be committed is taken back. */
  async function end(transactions: Transactions): Promise<void> {
    const startMs = clock.nowMs()
    try {
      const at = await transactions.commit()
      // kafkajs commits nothing, and says well, where none of the records were let in
      if (broken.signal.aborted) return
      markers(at)
      commits.record(clock.nowMs() - startMs)
      counts.committed++
      ended()
    } catch (error) {
      const code = codeIn(error) ?? messageOf(error)
      counts.errors[code] = (counts.errors[code] ?? 0) + 1
      // Some clients take back without asking the coordinator, which would not tell
      if (FENCED.test(code)) return broken.abort(code)
      try {
        markers(await transactions.abort())
        counts.aborted++
      } catch {
        return broken.abort(code)
      }
      counts.recordsAborted += acked
      if (onAborted !== undefined) for (const operation of ackedOperations) onAborted(operation)
      ended()
    }
    await transactions.begin().catch((error: unknown) => broken.abort(codeIn(error) ?? messageOf(error)))
  }

  function wrap(inner: ProducerClient, transactions: Transactions): ProducerClient {
    let isUsed = false
    let ending: Promise<void> | undefined
    let timer: { wake(): void } | undefined
    let roomListener = () => {}

    const finish = (): Promise<void> => {
      timer?.wake()
      timer = undefined
      ending ??= end(transactions).finally(() => {
        ending = undefined
        isUsed = false
        roomListener()
      })
      return ending
    }

    const begun = () => {
      isUsed = true
      const wait = clock.wait(clock.nowMs() + durationMs, false)
      timer = wait
      void wait.done.then(() => {
        // Not when it was ended before its time
        if (timer === wait) void finish()
      })
    }

    return {
      ...inner,
      send(operation) {
        if (ending !== undefined) return false
        const isTaken = inner.send(operation)
        if (isTaken && !isUsed) begun()
        return isTaken
      },
      onRoom(listener) {
        roomListener = listener
        inner.onRoom(listener)
      },
      async drain(timeoutMs) {
        const untilMs = clock.nowMs() + timeoutMs
        const late = clock.wait(untilMs, false)
        if (ending !== undefined) await Promise.race([ending, late.done])
        await inner.drain(Math.max(0, untilMs - clock.nowMs()))
        if (isUsed && !broken.signal.aborted) await Promise.race([finish(), late.done])
        late.wake()
      },
      close() {
        timer?.wake()
        timer = undefined
        return inner.close()
      },
    }
  }

  async function producer(plan: ProducerPlan, onDone: OnDone): Promise<ProducerClient> {
    id = plan.properties['transactional.id'] ?? ''
    const inner = await driver.producer(plan, (operation, error, outcome, failed, place) => {
      const records =
        error === undefined ? operation.records : operation.records - (failed ?? operation.records)
      acked += records
      if (records > 0 && onAborted !== undefined) ackedOperations.push(operation)
      if (error !== undefined && FENCED.test(error)) broken.abort(error)
      onDone(operation, error, outcome, failed, place)
    })
    const { transactions } = inner
    if (transactions === undefined) {
      await inner.close()
      throw new TuneError('UNSUPPORTED', `${driver.name} has no transactions`, {
        hint: 'take --driver confluent or kafkajs',
      })
    }
    await transactions.begin()
    return wrap(inner, transactions)
  }

  return {
    driver: { ...driver, producer },
    reset() {
      counts = zero()
      commits = new Histogram()
    },
    seen: () => ({
      ...counts,
      recordsAborted: counts.recordsAborted + acked,
      commit: commits.summary(),
    }),
    signal: broken.signal,
    check() {
      if (!broken.signal.aborted) return
      const code = String(broken.signal.reason)
      throw new TuneError('ABORTED', `transactions of ${id} cannot go on: ${code}`, {
        hint: FENCED.test(code)
          ? 'another producer has this transactional.id: give each its own (--transactional-id)'
          : 'is the coordinator there, and transaction.timeout.ms longer than --transaction-duration-ms?',
      })
    },
  }
}
