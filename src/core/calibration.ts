/**
 * What a machine's noise lets be seen, `tune.calibration/1`. Described once, here; `schemas/tune.calibration-1.schema.json`
 * is made from it.
 */
import { z } from 'zod'
import { CALIBRATION_SCHEMA } from './schema-names.ts'

const share = z.number().min(0).max(1)

export const calibrationSchema = z.object({
  schema: z.literal(CALIBRATION_SCHEMA),
  baseline: z.string(),
  calibratedAt: z.iso.datetime(),
  command: z.array(z.string()),
  /** Pairs of runs of one and the same thing; and runs that were not to be trusted, and made again. */
  pairs: z.int().positive(),
  replaced: z.int().nonnegative(),
  /** What the gate says of the pairs in the order in which they came: anything but a pass or inconclusive is false. */
  asTheyCame: z.enum(['regression', 'improvement', 'pass', 'inconclusive']),
  /** Gates on pairs drawn from these again, with a side given to each run by a coin. */
  unchanged: z.object({
    gates: z.int().positive(),
    regressions: z.int().nonnegative(),
    inconclusive: z.int().nonnegative(),
    /** Pairs that a gate took, on average. */
    pairs: z.number().positive(),
  }),
  metrics: z.array(
    z.object({
      metric: z.string(),
      /** Standard deviation of the difference between two runs of a pair, as a share; wild ones do not move it. */
      noiseRatio: z.number().nonnegative(),
      /** A worsening of this metric alone, and in which share of gates it was found. */
      found: z.array(z.object({ worsening: z.number().positive(), share })),
      /** The smallest of these that nine of ten gates find; absent where none is. */
      smallestFound: z.number().positive().optional(),
    }),
  ),
})

export interface Calibration extends z.infer<typeof calibrationSchema> {}
