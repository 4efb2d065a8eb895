/** The document of `--repeat`: every run whole, and how far they lie apart. Fields are added freely, none is renamed. */
import { z } from 'zod'
import { type Result, resultSchema } from './result.ts'
import { REPEATED_SCHEMA } from './schema-names.ts'
import { spreadOf } from './spread.ts'

export const repeatedSchema = z.object({
  schema: z.literal(REPEATED_SCHEMA),
  /** In their order. */
  runs: z.array(resultSchema).min(1),
  /** By metric, as `metrics.ts` names them. */
  spread: z.record(
    z.string(),
    z.object({
      median: z.number(),
      min: z.number(),
      max: z.number(),
      /** Sample standard deviation over the mean. */
      variation: z.number().optional(),
      count: z.int().positive(),
    }),
  ),
})

export interface Repeated extends z.infer<typeof repeatedSchema> {}

export function repeated(runs: readonly Result[]): Repeated {
  return JSON.parse(JSON.stringify({ schema: REPEATED_SCHEMA, runs, spread: spreadOf(runs) }))
}
