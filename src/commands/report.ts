import { basename } from 'node:path'
import { Command, Option } from 'commander'
import type { Problem } from '../core/recompute.ts'
import type { Result } from '../core/result.ts'
import { TuneError } from '../errors.ts'
import { RUN_REPORT_NAMES, type RunReportName } from '../report/names.ts'
import type { Io } from './io.ts'
import { OUTPUT_FLAG, reportPlace } from './report-place.ts'

interface ShowFlags {
  report: RunReportName
  output?: string
}

/** `tune report`: looks at kept results again; every run is kept under .tune/results. */
export function command(io: Io): Command {
  const report = new Command('report')
    .description('show what was kept again: a run, a comparison, a sizing, a plan; check that figures follow')
    .argument('[result]', 'last, or a file: JSON, or a report in HTML', 'last')
    .addOption(new Option('--report <format>', 'how to print it').choices(RUN_REPORT_NAMES).default('table'))
    .option(...OUTPUT_FLAG)
    .action((which: string, flags: ShowFlags) => show(io, which, flags))
  report
    .command('list')
    .description('what is kept under .tune/results, the latest last')
    .option('--json', 'one JSON array on standard output')
    .action((flags: { json?: boolean }) => list(io, flags.json ?? false))
  report
    .command('check')
    .description('compute every figure again from the series and histograms; exit 1 when one does not follow')
    .argument('[result]', 'last, or the file of a result', 'last')
    .action((which: string) => check(io, which))
  return report
}

async function show(io: Io, which: string, flags: ShowFlags): Promise<void> {
  const { findResult } = await import('../report/kept-results.ts')
  const { keptReport } = await import('./kept-report.ts')
  const place = await reportPlace(io, flags.report, flags.output)
  const path = await findResult(which, io.cwd)
  const { report, runs } = await keptReport(path)
  await warnIfWrong(io, runs, path)
  await place.write(report, runs)
}

/** A report of figures that do not follow must not look like any other. */
async function warnIfWrong(io: Io, runs: readonly Result[], path: string): Promise<void> {
  const { checkResult } = await import('../core/recompute.ts')
  const { length } = runs.flatMap(checkResult)
  if (length > 0) io.err(`warning: ${disagreeing(length)}: tune report check ${path}\n`)
}

async function list(io: Io, asJson: boolean): Promise<void> {
  const { keptResults, RESULTS_FOLDER } = await import('../report/kept-results.ts')
  const { readResult } = await import('../report/store.ts')
  const paths = await keptResults(io.cwd)
  if (paths.length === 0) io.err(`no result is kept under ${RESULTS_FOLDER}\n`)
  if (paths.length === 0 && !asJson) return
  const { REPORTERS } = await import('../report/reporters.ts')
  const { runsReport } = await import('../report/runs.ts')
  const { styleFor } = await import('./style.ts')
  const entries = []
  for (const path of paths) {
    // One that cannot be read is shown as such; the others are still listed.
    const found = await readResult(path).catch((error: unknown) => {
      if (error instanceof TuneError) return error
      throw error
    })
    entries.push({ file: basename(path), found })
  }
  io.out(REPORTERS[asJson ? 'json' : 'table'](runsReport(entries, RESULTS_FOLDER), styleFor(io, false)))
}

async function check(io: Io, which: string): Promise<void> {
  const { findResult } = await import('../report/kept-results.ts')
  const { readRuns } = await import('../report/store.ts')
  const { checkResult } = await import('../core/recompute.ts')
  const path = await findResult(which, io.cwd)
  const found = await readRuns(path)
  const problems = (found.schema === 'tune.result/1' ? [found] : found.runs).flatMap(checkResult)
  if (problems.length === 0) {
    io.out(`${path}: every figure follows from its series and histograms\n`)
    return
  }
  for (const problem of problems) io.out(`${describe(problem)}\n`)
  io.err(`${path}: ${disagreeing(problems.length)}\n`)
  io.exitCode = 1
}

function disagreeing(count: number): string {
  return count === 1
    ? '1 figure does not follow from the rest'
    : `${count} figures do not follow from the rest`
}

function describe({ figure, stored, computed, from }: Problem): string {
  return `${figure}: stored ${stored ?? 'nothing'}, computed ${computed ?? 'nothing'} from ${from}`
}
