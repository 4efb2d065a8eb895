/** The document of `tune plan`, `tune.plan/1`; `schemas/tune.plan-1.schema.json` is made from it. */
import { z } from 'zod'
import { sizingSchema } from '../sizing/schema.ts'

const step = z.enum(['kafka', 'clients', 'flink', 'connectors', 'infrastructure', 'jvm'])
const level = z.enum(['ok', 'warn', 'critical'])
const move = z.object({ id: z.string(), from: z.number(), to: z.number() })

/** A setting to paste, and why it has this value. */
const setting = z.object({ key: z.string(), value: z.string(), why: z.string() })

export const planSchema = z.object({
  schema: z.literal('tune.plan/1'),
  /** Of the pipeline, as its file has it. */
  name: z.string(),
  /** One line to quote. */
  text: z.string(),
  /** The guide's recommended tuning order. */
  order: z.array(z.object({ step, title: z.string() })),
  /** In that order. */
  answers: z.array(
    z.object({
      /** `partitions`, `consumers.fraud` */
      id: z.string(),
      step,
      title: z.string(),
      /** What there is already; absent where the file does not say. */
      have: z.number().optional(),
      sizing: sizingSchema,
      /** The command line that shows every step. */
      command: z.string(),
    }),
  ),
  /** Do the answers agree with each other, with what there is, and with the targets? */
  checks: z.array(z.object({ id: z.string(), level, text: z.string() })),
  settings: z.array(
    z.object({
      id: z.string(),
      step,
      title: z.string(),
      language: z.enum(['properties', 'sh', 'yaml', 'sql', 'json']),
      settings: z.array(setting),
    }),
  ),
  /** Every default that an answer was made of. */
  assumptions: z.array(
    z.object({
      /** Where the file may say it. */
      path: z.string(),
      text: z.string(),
      /** Those made of it; none where the plan itself is. */
      answers: z.array(z.string()),
    }),
  ),
  /** Shares of a capacity at the peak that is planned for, and after one of `lost` is gone. */
  headroom: z.array(
    z.object({
      id: z.string(),
      lost: z.string(),
      title: z.string(),
      before: z.number(),
      after: z.number().optional(),
      level,
      source: z.string(),
    }),
  ),
  /** The first to break first. Loads are multiples of the file's peak. */
  limits: z.object({
    loads: z.array(z.number()),
    parts: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        unit: z.string(),
        have: z.number(),
        /** At each load, with every capacity used in full; null where it is refused. */
        needs: z.array(z.number().nullable()),
        /** Absent where nothing breaks up to 1,000 times the peak. */
        holdsUpTo: z.number().optional(),
        because: z.string().optional(),
      }),
    ),
  }),
  /** The plan made anew for each load. */
  grown: z.array(
    z.object({
      load: z.number(),
      values: z.record(z.string(), z.number()),
      warnings: z.array(z.string()),
      refused: z.string().optional(),
    }),
  ),
  /** Each input alone, 20 % less and 20 % more; the strongest first. */
  sensitivity: z.array(
    z.object({
      path: z.string(),
      text: z.string(),
      less: z.array(move),
      more: z.array(move),
      most: z.number(),
    }),
  ),
})

export interface Plan extends z.infer<typeof planSchema> {}

/** What changes from one plan to another, `tune.plan-diff/1`. */
export const planDiffSchema = z.object({
  schema: z.literal('tune.plan-diff/1'),
  from: z.string(),
  to: z.string(),
  /** By path; absent where one of the two does not say it. */
  inputs: z.array(z.object({ path: z.string(), from: z.string().optional(), to: z.string().optional() })),
  answers: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      unit: z.string(),
      /** Absent where one of the two plans has no such answer. */
      from: z.number().optional(),
      to: z.number().optional(),
      /** Inputs that move it when they alone are changed, and what it comes to then. */
      because: z.array(z.object({ path: z.string(), to: z.number() })),
    }),
  ),
  /** Of checks whose level differs. */
  checks: z.array(
    z.object({ id: z.string(), from: level.optional(), to: level.optional(), text: z.string() }),
  ),
})

export interface PlanDiff extends z.infer<typeof planDiffSchema> {}
