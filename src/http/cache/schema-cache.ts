/** Schemas by the shape of the records they are of. */
import { LRUCache } from 'lru-cache'
import type { ConnectSchema } from '../transform/schema.ts'

/** A schema as it stands in an envelope. */
export interface MadeSchema {
  readonly schema: ConnectSchema
  /** Of the envelope, what comes before the payload. */
  readonly prefix: string
  /** Of an envelope without its payload. */
  readonly envelopeBytes: number
}

export interface SchemaCounts {
  readonly lookups: number
  readonly hits: number
  readonly hitRatio: number | undefined
  readonly entries: number
}

export type SchemaCache = ReturnType<typeof createSchemaCache>

export function createSchemaCache(
  { maxEntries, ttlMs }: { readonly maxEntries: number; readonly ttlMs: number },
  nowMs: () => number,
) {
  const kept = new LRUCache<string, { made: MadeSchema; madeMs: number }>({ max: maxEntries })
  let lookups = 0
  let hits = 0
  return {
    get(shape: string, make: () => MadeSchema): MadeSchema {
      lookups++
      const atMs = nowMs()
      const known = kept.get(shape)
      if (known !== undefined && atMs - known.madeMs < ttlMs) {
        hits++
        return known.made
      }
      const made = make()
      kept.set(shape, { made, madeMs: atMs })
      return made
    },
    counts: (): SchemaCounts => ({
      lookups,
      hits,
      hitRatio: lookups === 0 ? undefined : hits / lookups,
      entries: kept.size,
    }),
    /** Counts begin again; what is kept stays. */
    reset() {
      lookups = 0
      hits = 0
    },
  }
}
