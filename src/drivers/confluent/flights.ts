/**
 * Operations that were taken and are not answered yet. A doubly linked list: adding and removing costs a few
 * nanoseconds, where a Set's hashing would show beside the client's 3 µs a record.
 */
import type { OnDone, Operation } from '../../core/operation.ts'

export interface Flight {
  readonly operation: Operation
  /** Records without a delivery report. */
  open: number
  failed: number
  error: string | undefined
  outcome: 'failed' | 'unknown'
  previous: Flight | undefined
  next: Flight | undefined
  answered: boolean
}

export interface Flights {
  take(operation: Operation): Flight
  /** Forgets one that could not be taken after all. */
  drop(flight: Flight): void
  /** One record's delivery report. */
  report(flight: Flight, error?: string, outcome?: 'failed' | 'unknown'): void
  /** Answers everything that is open. */
  giveUp(error: string): void
  empty(): boolean
  onEmpty(listener: () => void): void
}

export function createFlights(onDone: OnDone): Flights {
  let first: Flight | undefined
  let last: Flight | undefined
  let emptyListener = () => {}

  const drop = (flight: Flight) => {
    flight.answered = true
    if (flight.previous === undefined) first = flight.next
    else flight.previous.next = flight.next
    if (flight.next === undefined) last = flight.previous
    else flight.next.previous = flight.previous
    // One that grew old would else keep alive, and make old, all that came after it: the young ones' collector does not
    // know that it is dead
    flight.previous = undefined
    flight.next = undefined
  }

  const answer = (flight: Flight) => {
    drop(flight)
    if (flight.error === undefined) onDone(flight.operation)
    else onDone(flight.operation, flight.error, flight.outcome, flight.failed)
    if (first === undefined) emptyListener()
  }

  return {
    take(operation) {
      const flight: Flight = {
        operation,
        open: operation.records,
        failed: 0,
        error: undefined,
        outcome: 'failed',
        previous: last,
        next: undefined,
        answered: false,
      }
      if (last === undefined) first = flight
      else last.next = flight
      last = flight
      return flight
    },
    drop,
    report(flight, error, outcome) {
      if (flight.answered) return
      flight.open--
      if (error !== undefined) {
        flight.failed++
        flight.error = error
        if (outcome === 'unknown') flight.outcome = 'unknown'
      }
      if (flight.open === 0) answer(flight)
    },
    giveUp(error) {
      while (first !== undefined) {
        first.error = error
        first.outcome = 'unknown'
        // Those that were reported keep what was reported of them
        first.failed += first.open
        answer(first)
      }
    },
    empty: () => first === undefined,
    onEmpty(listener) {
      emptyListener = listener
    },
  }
}
