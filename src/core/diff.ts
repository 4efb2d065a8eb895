/**
 * The document of a comparison, `tune.diff/1`. Described once, here; `schemas/tune.diff-1.schema.json` is made from it.
 * Fields are added freely, none is renamed without a new schema name.
 */
import { z } from 'zod'
import { latencySchema } from './result-parts.ts'
import { DIFF_SCHEMA } from './schema-names.ts'

export const CHANGE_VERDICTS = [
  'pass',
  'improvement',
  'regression',
  /** Worse, but with too few stored sittings to call it more. */
  'suspect',
  /** So many runs cannot tell. */
  'inconclusive',
  /** Shown, and left out of the verdict. */
  'not judged',
] as const

const changeSchema = z.object({
  metric: z.string(),
  /** Medians of the runs of either side, in the metric's own unit. */
  base: z.number(),
  now: z.number(),
  /** By what `base` has to be multiplied, as the pairs (or sittings) estimate it; 1 = no change. */
  ratio: z.number().positive(),
  /** Of the ratio. 95 % of pairs' shift; of stored sittings, where an unchanged system's next sitting lies. */
  interval: z.tuple([z.number(), z.number()]).optional(),
  /** One-sided, towards the side the ratio is on; absent where nothing was tested. */
  p: z.number().min(0).max(1).optional(),
  /** Pairs, or stored sittings. */
  n: z.int().nonnegative(),
  /** The smallest worsening that would have been seen: 0.04 = 4 %. Absent where n is too small to tell. */
  minDetectable: z.number().nonnegative().optional(),
  /** Pairs after which it could be told, where it could not. */
  pairsNeeded: z.int().positive().optional(),
  verdict: z.enum(CHANGE_VERDICTS),
  /** Why it is not judged. */
  reason: z.string().optional(),
})

const differenceSchema = z.object({ name: z.string(), base: z.string(), now: z.string() })

const sideSchema = z.object({
  /** What it is called: a baseline's name, a file, a command's flags. */
  name: z.string(),
  runs: z.int().nonnegative(),
  /** Of all its runs together, where they have one. */
  latency: latencySchema.optional(),
})

export const diffSchema = z.object({
  schema: z.literal(DIFF_SCHEMA),
  /** `invalid`: too many runs were not to be trusted. */
  verdict: z.enum(['pass', 'improvement', 'regression', 'suspect', 'inconclusive', 'invalid']),
  mode: z.enum(['paired', 'stored']),
  startedAt: z.iso.datetime(),
  base: sideSchema,
  now: sideSchema,
  /** What is judged comes first. */
  changes: z.array(changeSchema),
  /** What cannot be: `null` where a side has not measured it, and figures of which one is 0. */
  notCompared: z
    .array(z.object({ metric: z.string(), base: z.number().nullable(), now: z.number().nullable() }))
    .optional(),
  /** In what was asked, where that is what is compared; and in where it ran, where that was allowed. */
  differences: z.array(differenceSchema),
  /** Of pairs: how they came about. */
  pairing: z
    .object({
      pairs: z.int().nonnegative(),
      /** Runs that were not to be trusted, and made again. */
      replaced: z.int().nonnegative(),
      seed: z.number(),
      endedBy: z.enum(['verdict', 'looks', 'budget', 'interrupt', 'invalid']),
    })
    .optional(),
  /** What a judgement means here. */
  rules: z.object({ smallestChange: z.number(), tolerance: z.number() }),
  warnings: z.array(z.object({ id: z.string(), text: z.string() })),
})

export interface Diff extends z.infer<typeof diffSchema> {}
export type Change = Diff['changes'][number]

/** The changes that decide. */
export function judged({ changes }: Pick<Diff, 'changes'>): Change[] {
  return changes.filter(({ verdict }) => verdict !== 'not judged')
}
