/** A client of tests: answers after a scripted latency, on whatever time it is given. */
import type { OnDone, Operation } from '../core/operation.ts'
import { TuneError } from '../errors.ts'
import type { Driver, ProducerClient } from './driver.ts'

export interface MemoryOptions {
  readonly nowMs: () => number
  /** Runs something when time gets to `atMs`; a test clock's `schedule`. */
  readonly schedule: (atMs: number, run: () => void) => void
  /** From taken to answered; 1 ms where absent. */
  readonly latencyMs?: (operation: Operation, nowMs: number) => number
  /** Nothing is answered in these times; what was due in them is answered at their ends. */
  readonly stalls?: readonly { readonly fromMs: number; readonly untilMs: number }[]
  /** Operations in flight at most; above it, the client is full. */
  readonly capacity?: number
  /** The error of an operation, or undefined when it succeeds. */
  readonly error?: (operation: Operation) => { code: string; outcome: 'failed' | 'unknown' } | undefined
  /** Every n-th operation fails with `FAILED`. */
  readonly failEvery?: number
  /** Never answered: what `drain` gives up on. */
  readonly lose?: (operation: Operation) => boolean
  readonly groupRecords?: number
  readonly inFlightRecords?: number
}

/** The driver; every producer it makes follows the same script. */
export function memoryDriver(options: MemoryOptions): Driver {
  return {
    name: 'memory',
    label: 'memory (no broker at all)',
    version: () => 'memory',
    effective: ({ properties }) => ({ values: {}, unsupported: Object.keys(properties), notes: [] }),
    producer: async ({ source }, onDone) => memoryProducer(options, onDone, (n) => source.bytes(n)),
    effectiveConsumer: ({ properties }) => ({ values: {}, unsupported: Object.keys(properties), notes: [] }),
    consumer: async () => {
      throw new TuneError('UNSUPPORTED', 'memory does not read')
    },
  }
}

/** The producer alone, for tests of the runner. */
export function memoryProducer(
  options: MemoryOptions,
  onDone: OnDone,
  bytesOf: (n: number) => number = () => 100,
): ProducerClient {
  const { nowMs, schedule, stalls = [] } = options
  const open = new Set<Operation>()
  let taken = 0
  let refused = false
  let room = () => {}
  let drained = () => {}

  const answer = (operation: Operation, error?: string, outcome?: 'failed' | 'unknown') => {
    if (!open.delete(operation)) return
    onDone(operation, error, outcome)
    if (refused) {
      refused = false
      room()
    }
    if (open.size === 0) drained()
  }

  const errorOf = (operation: Operation) => {
    const { failEvery, error } = options
    if (failEvery !== undefined && taken % failEvery === 0)
      return { code: 'FAILED', outcome: 'failed' as const }
    return error?.(operation)
  }

  return {
    groupRecords: options.groupRecords ?? 1,
    inFlightRecords: options.inFlightRecords ?? options.capacity ?? 100,
    send(operation) {
      if (open.size >= (options.capacity ?? Number.POSITIVE_INFINITY)) {
        refused = true
        return false
      }
      open.add(operation)
      taken++
      operation.bytes = 0
      for (let i = 0; i < operation.records; i++) operation.bytes += bytesOf(operation.first + i)
      if (options.lose?.(operation)) return true
      const failure = errorOf(operation)
      let atMs = nowMs() + (options.latencyMs?.(operation, nowMs()) ?? 1)
      for (const { fromMs, untilMs } of stalls) if (atMs >= fromMs && atMs < untilMs) atMs = untilMs
      schedule(atMs, () => answer(operation, failure?.code, failure?.outcome))
      return true
    },
    onRoom(listener) {
      room = listener
    },
    async drain(timeoutMs) {
      if (open.size === 0) return
      await new Promise<void>((resolve) => {
        drained = resolve
        schedule(nowMs() + timeoutMs, resolve)
      })
      drained = () => {}
      for (const operation of [...open]) answer(operation, '_TIMED_OUT', 'unknown')
    },
    stats: () => ({}),
    async close() {
      open.clear()
    },
  }
}
