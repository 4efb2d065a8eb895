/**
 * Ties change events to the changes they tell of. What a row is written with carries the change's number; a delete
 * event has the row's key only, so who deletes a row says so before.
 */
import type { Operation } from '../../core/operation.ts'
import { NO_CHANGE } from '../../postgres/table.ts'
import type { Correlator } from '../e2e/driver.ts'
import { packStamp, type Stamped, unpackStamp } from '../e2e/json-field.ts'
import { readEvent } from './events.ts'

export interface Changes {
  readonly correlator: Correlator
  /** The change's number, the same for an operation that is offered again. */
  identify(operation: Operation): Stamped
  /** Of a row of this run: its key, for ever. */
  rowKey(row: number): number
  /** Told before it is deleted. */
  deleting(key: number, change: number): void
  /** It was not deleted after all. */
  notDeleted(key: number): void
}

const FOREIGN = undefined

/** @param run 20 bits, see `runInField` */
export function createChanges(run: number): Changes {
  /** Row -> the change that deletes it; kept, so that an event that comes again is known. */
  const deletes = new Map<number, number>()
  /** Rows whose delete event came: the tombstone behind it tells nothing more. */
  const gone = new Set<number>()
  let identify: Changes['identify'] = () => ({ sender: run, id: 0 })
  return {
    correlator(tracker) {
      identify = tracker.identify
      return {
        received({ key, value }, _partition, atMs) {
          const event = readEvent(key, value)
          // Events of one row are in order; of others they are as their transactions were committed
          const row = event?.row ?? -1
          if (event?.kind === 'written') {
            if (event.change !== NO_CHANGE) tracker.receivedId(unpackStamp(event.change), row, atMs)
            return
          }
          if (event?.kind === 'tombstone' && (gone.has(row) || !deletes.has(row))) return
          const id = event === undefined ? undefined : deletes.get(row)
          if (id === undefined) return tracker.receivedId(FOREIGN, row, atMs)
          gone.add(row)
          tracker.receivedId({ sender: run, id }, row, atMs)
        },
      }
    },
    identify: (operation) => identify(operation),
    rowKey: (row) => packStamp({ sender: run, id: row }),
    deleting: (key, change) => void deletes.set(key, change),
    notDeleted: (key) => void deletes.delete(key),
  }
}
