/**
 * The document of `tune size`, `tune.sizing/1`; `schemas/tune.sizing-1.schema.json` is made from it. Calculators take
 * only its types, so that they load no validator.
 */
import { z } from 'zod'

const computed = {
  /** In names: `ceil(peak / produceRate)`. */
  formula: z.string(),
  /** The same with the numbers filled in, as it is printed. */
  numbers: z.string(),
  /** The same for machines: no separators of thousands. */
  expression: z.string(),
  /** Whole in full, others with six significant digits; the next step counts with exactly this. */
  value: z.number(),
  unit: z.string(),
}

export const sizingSchema = z.object({
  schema: z.literal('tune.sizing/1'),
  calculator: z.string(),
  /** By name; those that were neither given nor have a default are absent. */
  inputs: z.record(
    z.string(),
    z.object({
      /** A number in `unit`, a word, or a list. */
      value: z.union([z.number(), z.string(), z.array(z.number())]),
      unit: z.string(),
      /** As understood, in units that people write. */
      text: z.string(),
      from: z.enum(['given', 'default', 'measured']),
      /** A measured one: which file, and which figures of it. */
      source: z.string().optional(),
    }),
  ),
  answer: z.object({
    /** One line to quote. */
    text: z.string(),
    /** The step that it is. */
    step: z.string(),
    value: z.number(),
    unit: z.string(),
    /** The step that decided it. */
    limitedBy: z.string().optional(),
  }),
  /** In the order of counting; each uses only inputs and earlier steps. */
  steps: z.array(
    z.object({ name: z.string(), about: z.string(), ...computed, source: z.string().optional() }),
  ),
  /** What the guides say to the same question, and why it differs. */
  guide: z.array(z.object({ name: z.string(), says: z.string(), ...computed, why: z.string() })),
  warnings: z.array(z.object({ id: z.string(), text: z.string() })),
  /** To paste. */
  commands: z.array(
    z.object({
      about: z.string(),
      language: z.enum(['sh', 'properties', 'yaml', 'json', 'sql']),
      lines: z.array(z.string()),
    }),
  ),
  curve: z
    .object({
      title: z.string(),
      x: z.object({ name: z.string(), unit: z.string() }),
      y: z.object({ name: z.string(), unit: z.string() }),
      points: z.array(z.object({ x: z.number(), y: z.number() })),
    })
    .optional(),
})

export interface Sizing extends z.infer<typeof sizingSchema> {}
