import type { OnDone, Operation } from '../../src/core/operation.ts'
import type { Client } from '../../src/core/phase.ts'
import type { TestClock } from './test-clock.ts'

export interface FakeOptions {
  clock: TestClock
  /** How long after the send this operation is answered. */
  answerMs: (operation: Operation, nowMs: number) => number
  /** Operations in flight at most; above it `send` answers false. */
  capacity?: number
  error?: (operation: Operation) => string | undefined
  /** How many records of an operation its error is about; all where absent. */
  failed?: number
  groupRecords?: number
}

/** A client whose answers are scripted on the test clock. */
export function fakeClient(options: FakeOptions, onDone: OnDone): Client & { sent: Operation[] } {
  const { clock } = options
  const sent: Operation[] = []
  let open = 0
  let refused = false
  let room = () => {}
  let drained = () => {}
  return {
    sent,
    groupRecords: options.groupRecords ?? 1,
    send(operation) {
      if (open >= (options.capacity ?? Number.POSITIVE_INFINITY)) {
        refused = true
        return false
      }
      open++
      sent.push({ ...operation })
      operation.bytes = 100 * operation.records
      clock.schedule(clock.nowMs() + options.answerMs(operation, clock.nowMs()), () => {
        open--
        const error = options.error?.(operation)
        if (error === undefined) onDone(operation)
        else onDone(operation, error, 'failed', options.failed)
        if (refused) {
          refused = false
          room()
        }
        if (open === 0) drained()
      })
      return true
    },
    onRoom(listener) {
      room = listener
    },
    drain(timeoutMs) {
      if (open === 0) return Promise.resolve()
      return new Promise((resolve) => {
        drained = resolve
        clock.schedule(clock.nowMs() + timeoutMs, resolve)
      })
    },
  }
}
