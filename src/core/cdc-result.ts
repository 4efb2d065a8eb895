/** The document of a run that writes into a database and receives its change events. */
import { z } from 'zod'
import { e2eResultSchema } from './producer-result.ts'
import { count, latencySchema, ms, ratio } from './result-parts.ts'

const changesOf = <T extends z.ZodType>(type: T) => z.object({ insert: type, update: type, delete: type })

/** A run that writes rows into a database, and receives its change events: a record is the change of a row. */
export const cdcResultSchema = e2eResultSchema.extend({
  kind: z.literal('cdc'),
  plan: e2eResultSchema.shape.plan.extend({
    /** `host:port/name`. */
    database: z.string(),
    /** With its schema. */
    table: z.string(),
    /** Absent where nobody said which it is. */
    connector: z.string().optional(),
    /** `tune` made connector, slot, publication, table and topic, and removed them. */
    own: z.boolean(),
    /** Shares of the changes; together 1. */
    mix: changesOf(ratio),
    rowsPerTransaction: count,
    /** Transactions at once, at most. */
    connections: count,
  }),
  /** Of transactions: from BEGIN to the answer of COMMIT. */
  databaseCommit: latencySchema.optional(),
  database: z.object({
    server: z.string(),
    /** In measured time. Those that are unknown lost their connection while they committed. */
    transactions: z.object({ committed: count, failed: count, unknown: count }),
    /** Changes that were committed, by kind; an update or delete that found no row free became an insert. */
    changes: changesOf(count).extend({ becameInserts: count }),
    /** Connections that were lost and made again. */
    reconnects: count,
  }),
  /** The slot that the connector reads by; absent where it cannot be seen. */
  slot: z
    .object({
      name: z.string(),
      plugin: z.string(),
      /** Written and not confirmed by the connector; what the database keeps on disk for it. */
      lag: z.array(z.object({ atMs: ms, lagBytes: ms, retainedBytes: ms, active: z.boolean() })),
    })
    .optional(),
  /** Of the table as it was when the connector began. */
  snapshot: z
    .object({
      rows: count,
      /** From asking for the connector until the first event, and the last, was in the topic. */
      firstEventMs: ms,
      tookMs: ms,
      /** Over all of that. */
      rowsPerSec: ratio,
    })
    .optional(),
})
