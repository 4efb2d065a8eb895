import { z } from 'zod'
import { calibrationSchema } from './core/calibration.ts'
import { diffSchema } from './core/diff.ts'
import { repeatedSchema } from './core/repeated.ts'
import { resultSchema } from './core/result.ts'
import { sittingSchema } from './core/sitting.ts'
import { planDiffSchema, planSchema } from './plan/schema.ts'
import { sizingSchema } from './sizing/schema.ts'

/** The JSON Schemas that ship under `schemas/`, by file name; made from what validates. */
export function jsonSchemas(): Readonly<Record<string, object>> {
  return {
    'tune.calibration-1.schema.json': {
      ...z.toJSONSchema(calibrationSchema, { io: 'input' }),
      title: 'tune.calibration/1',
      description:
        'The document of `tune baseline calibrate`: the noise of a machine, and what can be seen in it.',
    },
    'tune.diff-1.schema.json': {
      ...z.toJSONSchema(diffSchema, { io: 'input' }),
      title: 'tune.diff/1',
      description:
        'The document of `tune baseline diff`: what changed, how surely, and what could have been seen.',
    },
    'tune.plan-1.schema.json': {
      ...z.toJSONSchema(planSchema, { io: 'input' }),
      title: 'tune.plan/1',
      description: 'The document of `tune plan`: the sizings of a pipeline, and how far they reach.',
    },
    'tune.plan-diff-1.schema.json': {
      ...z.toJSONSchema(planDiffSchema, { io: 'input' }),
      title: 'tune.plan-diff/1',
      description: 'The document of `tune plan --diff`: what changes from one plan to another.',
    },
    'tune.result-1.schema.json': {
      ...z.toJSONSchema(resultSchema, { io: 'input' }),
      title: 'tune.result/1',
      description:
        'The document of a run of `tune bench`. Times are ms, sizes bytes, rates per second, ratios 0 to 1.',
    },
    'tune.runs-1.schema.json': {
      ...z.toJSONSchema(repeatedSchema, { io: 'input' }),
      title: 'tune.runs/1',
      description: 'Fresh runs of one plan (`tune bench … --repeat N`), and how far they lie apart.',
    },
    'tune.sitting-1.schema.json': {
      ...z.toJSONSchema(sittingSchema, { io: 'input' }),
      title: 'tune.sitting/1',
      description: 'Fresh runs of one command, kept to compare with (`tune baseline capture`).',
    },
    'tune.sizing-1.schema.json': {
      ...z.toJSONSchema(sizingSchema, { io: 'input' }),
      title: 'tune.sizing/1',
      description: 'The document of `tune size`. Each number is beside its unit.',
    },
  }
}

/** As the file holds it. */
export function schemaText(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`
}
