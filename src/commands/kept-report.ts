/** The report of whatever was kept: runs, a comparison, a calibration, a sizing, a plan, from JSON or from a report in HTML. */
import type { Result } from '../core/result.ts'
import { CALIBRATION_SCHEMA, DIFF_SCHEMA, REPEATED_SCHEMA, RESULT_SCHEMA } from '../core/schema-names.ts'
import { member } from '../member.ts'
import { readResultText } from '../report/kept-results.ts'
import type { Report } from '../report/model.ts'
import { parseAs } from '../report/parse-result.ts'
import { checkSchema, parseJson } from '../report/result-document.ts'

export interface KeptReport {
  readonly report: Report
  /** Where it is of runs, for what only runs have. */
  readonly runs: readonly Result[]
}

type Reader = (document: unknown, path: string) => Promise<KeptReport>

/** By the schema that a document says it is of; each loads what it needs. */
const READERS: Readonly<Record<string, Reader>> = {
  async [RESULT_SCHEMA](document, path) {
    const { resultSchema } = await import('../core/result.ts')
    const { runReport } = await import('../report/run.ts')
    const result = parseAs(RESULT_SCHEMA, resultSchema, document, path)
    return { report: runReport(result, path), runs: [result] }
  },
  async [REPEATED_SCHEMA](document, path) {
    const { repeatedSchema } = await import('../core/repeated.ts')
    const { repeatedReport } = await import('../report/repeated.ts')
    const repeated = parseAs(REPEATED_SCHEMA, repeatedSchema, document, path)
    return { report: repeatedReport(repeated), runs: repeated.runs }
  },
  async [DIFF_SCHEMA](document, path) {
    const { diffSchema } = await import('../core/diff.ts')
    const { diffReport } = await import('../report/diff.ts')
    return { report: diffReport(parseAs(DIFF_SCHEMA, diffSchema, document, path)), runs: [] }
  },
  async [CALIBRATION_SCHEMA](document, path) {
    const { calibrationSchema } = await import('../core/calibration.ts')
    const { calibrationReport } = await import('../report/calibration.ts')
    const calibration = parseAs(CALIBRATION_SCHEMA, calibrationSchema, document, path)
    return { report: calibrationReport(calibration), runs: [] }
  },
  async 'tune.sizing/1'(document, path) {
    const { sizingSchema } = await import('../sizing/schema.ts')
    const { sizingReport } = await import('../report/sizing.ts')
    return { report: sizingReport(parseAs('tune.sizing/1', sizingSchema, document, path)), runs: [] }
  },
  async 'tune.plan/1'(document, path) {
    const { planSchema } = await import('../plan/schema.ts')
    const { planReport } = await import('../report/plan.ts')
    return { report: planReport(parseAs('tune.plan/1', planSchema, document, path)), runs: [] }
  },
  async 'tune.plan-diff/1'(document, path) {
    const { planDiffSchema } = await import('../plan/schema.ts')
    const { planDiffReport } = await import('../report/plan-diff.ts')
    return { report: planDiffReport(parseAs('tune.plan-diff/1', planDiffSchema, document, path)), runs: [] }
  },
}

/** @throws TuneError CONFIG */
export async function keptReport(path: string): Promise<KeptReport> {
  const document = parseJson(await readResultText(path), path)
  checkSchema(document, Object.keys(READERS), path)
  const schema = member(document, 'schema')
  const read = typeof schema === 'string' ? READERS[schema] : undefined
  if (read === undefined) throw new Error(`no reader of ${String(schema)}`)
  return read(document, path)
}
