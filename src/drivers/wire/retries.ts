/** What happens to a batch that was not stored: it is sent again after a rest, or given up. */
import { type Batch, type PartitionQueue, peekBatch } from './batch.ts'
import type { Answer } from './codes.ts'
import type { WireConfig } from './config.ts'

/** How often batches that cannot leave are looked at for their delivery time-out. */
const EXPIRY_CHECK_MS = 250

export interface Retries {
  /** Sends the batch again later, or gives it up. */
  failed(batch: Batch, error: Answer): void
  close(): void
}

export interface RetriesOptions {
  readonly config: WireConfig
  readonly queues: readonly PartitionQueue[]
  readonly onRetry: () => void
  /** The queue has rested; it may have a batch to send. */
  readonly onRested: (queue: PartitionQueue) => void
  readonly giveUp: (batch: Batch, error: string, outcome: 'failed' | 'unknown') => void
  /** Batches were given up, so there is room. */
  readonly onExpired: () => void
}

export function createRetries(options: RetriesOptions): Retries {
  const { config, queues, onRetry, onRested, giveUp, onExpired } = options
  const timers = new Set<NodeJS.Timeout>()

  const outcomeOf = (batch: Batch) => (batch.maybeStored ? 'unknown' : 'failed')

  /** The partition sends nothing for a while; records without a key go elsewhere meanwhile. */
  const rest = (queue: PartitionQueue, restMs: number) => {
    const untilMs = performance.now() + restMs
    if (queue.restsUntilMs >= untilMs) return
    queue.restsUntilMs = untilMs
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (queue.restsUntilMs !== untilMs) return
      queue.restsUntilMs = 0
      if (peekBatch(queue) !== undefined) onRested(queue)
    }, restMs)
    timers.add(timer)
  }

  const expire = () => {
    const oldestMs = performance.now() - config.deliveryTimeoutMs
    let some = false
    for (const queue of queues) {
      for (let head = queue.ready[0]; head !== undefined && head.openedMs < oldestMs; head = queue.ready[0]) {
        queue.ready.shift()
        giveUp(head, head.lastError ?? '_MSG_TIMED_OUT', outcomeOf(head))
        some = true
      }
    }
    if (some) onExpired()
  }
  const expiry = setInterval(expire, EXPIRY_CHECK_MS)

  return {
    failed(batch, error) {
      batch.lastError = error.name
      batch.maybeStored ||= error.maybeStored
      const ageMs = performance.now() - batch.openedMs
      const queue = queues[batch.partition]
      if (
        queue === undefined ||
        !error.retriable ||
        batch.attempts > config.retries ||
        ageMs >= config.deliveryTimeoutMs
      ) {
        return giveUp(batch, error.name, outcomeOf(batch))
      }
      onRetry()
      queue.ready.unshift(batch)
      const restMs = config.retryBackoffMs * 2 ** (batch.attempts - 1)
      rest(queue, Math.max(1, Math.min(restMs, config.retryBackoffMaxMs)))
    },
    close() {
      clearInterval(expiry)
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
