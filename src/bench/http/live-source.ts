/** Records that come while it runs, for drivers, which ask for them by their numbers. */
import type { Operation } from '../../core/operation.ts'
import type { Batch } from '../../http/sink.ts'
import type { RecordSource } from '../../records/index.ts'

export interface LiveSource {
  readonly source: RecordSource
  /** Its records are there until `done`. */
  put(batch: Batch): void
  done(operation: Operation): void
}

const NOTHING = Buffer.alloc(0)

/** @param keyed whether records have keys */
export function createLiveSource(keyed: boolean): LiveSource {
  /** By the number of the first record. */
  const open = new Map<number, Batch>()
  // Records are asked for one after the other, so the batch of the last one is nearly always that of the next
  let current: Batch | undefined

  const has = ({ operation: { first, records } }: Batch, n: number) => n >= first && n < first + records
  const batchOf = (n: number): Batch | undefined => {
    if (current !== undefined && has(current, n)) return current
    for (const batch of open.values()) {
      if (!has(batch, n)) continue
      current = batch
      return batch
    }
    return undefined
  }
  const value = (n: number): Buffer => {
    const batch = batchOf(n)
    return batch?.values[n - batch.operation.first] ?? NOTHING
  }
  const key = (n: number): Buffer | null => {
    const batch = batchOf(n)
    return batch?.keys?.[n - batch.operation.first] ?? null
  }

  return {
    put(batch) {
      open.set(batch.operation.first, batch)
      current = batch
    },
    done({ first }) {
      open.delete(first)
      if (current?.operation.first === first) current = undefined
    },
    source: {
      live: true,
      poolSize: 1,
      value,
      key,
      keyed,
      headers: [],
      bytes: (n) => value(n).length + (keyed ? (key(n)?.length ?? 0) : 0),
      // Of what is to come nobody knows
      meanBytes: 1,
      maxValueBytes: 0,
      about: {
        values: 'from the API',
        keys: keyed ? 'from the API' : 'none',
        headerBytes: 0,
        seed: 0,
        poolRecords: 0,
        poolBytes: 0,
        meanValueBytes: 0,
        gzipRatio: 1,
      },
    },
  }
}
