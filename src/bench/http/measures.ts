/** What is recorded of a phase: records, requests and polls, over the same seconds. */
import type { Clock } from '../../core/clock.ts'
import type { OnDone } from '../../core/operation.ts'
import { fileInto, type PhaseRecorder } from '../../core/phase.ts'
import { type IntervalView, type Measured, Recorder } from '../../core/recorder.ts'
import type { PollerEvents } from '../../http/poller.ts'

export interface Measures {
  /** For the runner, whose operations are polls; it says where the seconds begin and end for all three. */
  readonly recorder: PhaseRecorder
  readonly events: PollerEvents
  readonly onDone: OnDone
  readonly records: Pick<Recorder, 'acked' | 'errorCount'>
  readonly requests: Pick<Recorder, 'acked' | 'errorCount'>
  advance(nowMs: number): void
  finish(endMs: number): { records: Measured; requests: Measured; polls: Measured }
}

export interface MeasuresOptions {
  readonly clock: Clock
  readonly intervalMs: number
  /** False with acks=0: nobody answers for records. */
  readonly answered: boolean
  readonly onInterval: (interval: IntervalView) => void
}

export function createMeasures({ clock, intervalMs, answered, onInterval }: MeasuresOptions): Measures {
  const records = new Recorder({ intervalMs, answered, keepSeries: true, onInterval })
  const requests = new Recorder({ intervalMs, answered: true, keepSeries: true })
  const polls = new Recorder({ intervalMs, answered: true, keepSeries: true })
  const all = [polls, requests, records]
  let isBegun = false
  /** The API's time begins when the request leaves, so that is when it is due. One for all: nobody keeps it. */
  const fromSent = { first: 0, records: 1, dueMs: 0, offeredMs: 0, sentMs: 0, bytes: 0 }
  return {
    recorder: {
      // Of several connectors the first begins it
      begin(startMs) {
        if (!isBegun) for (const one of all) one.begin(startMs)
        isBegun = true
      },
      measureUntil(atMs) {
        for (const one of all) one.measureUntil(atMs)
      },
      sentOne: (operation) => polls.sentOne(operation),
      acknowledged: (operation, doneMs, count) => polls.acknowledged(operation, doneMs, count),
      gaveUp: (...answer) => polls.gaveUp(...answer),
      get lastDoneMs() {
        return polls.lastDoneMs
      },
    },
    events: {
      requestSent: (operation) => requests.sentOne(operation),
      requestDone(operation, doneMs, code) {
        if (code !== undefined) return requests.gaveUp(operation, doneMs, code, 'failed')
        fromSent.dueMs = fromSent.offeredMs = fromSent.sentMs = operation.sentMs
        fromSent.bytes = operation.bytes
        requests.acknowledged(fromSent, doneMs)
      },
      batchSent: (operation) => records.sentOne(operation),
    },
    onDone: fileInto(records, clock),
    records,
    requests,
    advance(nowMs) {
      for (const one of all) one.advance(nowMs)
    },
    finish(atMs) {
      const endMs = Math.max(atMs, ...all.map(({ lastDoneMs }) => lastDoneMs ?? 0))
      return { records: records.finish(endMs), requests: requests.finish(endMs), polls: polls.finish(endMs) }
    },
  }
}
