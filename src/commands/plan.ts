import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import type { PlanFile } from '../plan/document.ts'
import type { Plan } from '../plan/schema.ts'
import type { Report } from '../report/model.ts'
import { REPORT_NAMES, type ReportName } from '../report/names.ts'
import type { Saved } from '../sizing/calculator.ts'
import type { Io } from './io.ts'
import { OUTPUT_FLAG, reportPlace } from './report-place.ts'
import { FROM, readSaved } from './saved-runs.ts'

interface PlanFlags {
  diff?: boolean
  emit?: string
  from?: string[]
  force?: boolean
  failOn?: 'warn' | 'critical'
  report: ReportName
  output?: string
  json?: boolean
}

/** What a comparison of two has no use for. */
const ONE_PLAN_ONLY = { emit: '--emit', failOn: '--fail-on' } as const

/** `tune plan`: one file of a pipeline to the answers of every calculator. */
export function command(io: Io): Command {
  const plan = new Command('plan')
    .description('a whole pipeline from one file: every calculator, whether they agree, what breaks first')
    .argument('<file...>', 'the plan, as tune plan init writes one; with --diff the old and the new one')
    .option('--diff', 'what changes from one plan to another, and which input made it')
    .option('--from <result...>', FROM)
    .option('--emit <dir>', 'write files to use: topics, clients, Flink, connectors, JVM options')
    .option('--force', 'with --emit: also into a folder that is not empty')
    .addOption(
      new Option('--fail-on <level>', 'exit 1 when a check of the plan is at that level').choices([
        'warn',
        'critical',
      ]),
    )
    .addOption(new Option('--report <format>', 'how to print it').choices(REPORT_NAMES).default('table'))
    .option(...OUTPUT_FLAG)
    .addOption(new Option('--json', 'as --report json').conflicts('report'))
    .addHelpText('after', '\nFor example:\n  $ tune plan init pipeline.yaml\n  $ tune plan pipeline.yaml')
    .action((files: string[], flags: PlanFlags) => answer(files, flags, io))
  plan
    .command('init')
    .description('write a plan to begin with, with comments')
    .argument('[file]', 'where', 'pipeline.yaml')
    .option('--force', 'also over a file that is there')
    // commander takes --force for that of tune plan, wherever it stands
    .action((file: string, _: unknown, self: Command) =>
      init(file, self.optsWithGlobals<{ force?: boolean }>().force ?? false, io),
    )
  return plan
}

async function answer(files: readonly string[], flags: PlanFlags, io: Io): Promise<void> {
  const { TuneError } = await import('../errors.ts')
  const wanted = flags.diff ? 2 : 1
  if (files.length !== wanted) {
    throw new TuneError('USAGE', flags.diff ? '--diff needs two plans' : 'one plan at a time', {
      hint: 'tune plan --diff old.yaml new.yaml compares two',
    })
  }
  const beside = (['emit', 'failOn'] as const).find((name) => flags[name] !== undefined)
  if (flags.diff === true && beside !== undefined) {
    throw new TuneError('USAGE', `${ONE_PLAN_ONLY[beside]} is for one plan, and --diff compares two`, {
      hint: 'leave it out, or ask for it with the new plan alone',
    })
  }
  const { planOf } = await import('../plan/plan.ts')
  const saved = await readSaved(flags.from, io)
  const [first, second] = await Promise.all(files.map((file) => read(file, saved, io)))
  if (first === undefined) return
  if (second !== undefined) {
    const { diffOf } = await import('../plan/diff.ts')
    const { planDiffReport } = await import('../report/plan-diff.ts')
    await print(planDiffReport(diffOf(first, second)), flags, io)
    return
  }
  const plan = planOf(first)
  const written =
    flags.emit === undefined ? [] : [await emit(plan, first, flags.emit, flags.force ?? false, io)]
  const { planReport } = await import('../report/plan.ts')
  await print(planReport(plan, written), flags, io)
  if (plan.checks.some(({ level }) => fails(level, flags.failOn))) io.exitCode = 1
}

function fails(level: Plan['checks'][number]['level'], limit: PlanFlags['failOn']): boolean {
  return limit !== undefined && (level === 'critical' || level === limit)
}

async function read(file: string, saved: readonly Saved[], io: Io): Promise<PlanFile> {
  const { readYamlTree } = await import('../profiles/yaml.ts')
  const { readPlanFile } = await import('../plan/document.ts')
  return readPlanFile(readYamlTree(resolve(io.cwd, file), 'plan', file), file, saved)
}

async function print(report: Report, flags: PlanFlags, io: Io): Promise<void> {
  const place = await reportPlace(io, flags.json ? 'json' : flags.report, flags.output)
  await place.write(report)
}

async function emit(plan: Plan, file: PlanFile, dir: string, force: boolean, io: Io): Promise<string> {
  const { filesOf } = await import('../plan/emit/index.ts')
  const { writeFiles } = await import('./plan-files.ts')
  const files = filesOf(plan, file)
  await writeFiles(resolve(io.cwd, dir), dir, files, force)
  return `${files.length} files are in ${dir}: its README.md says what each is, and which were tried on what`
}

async function init(file: string, force: boolean, io: Io): Promise<void> {
  const { writeStarter } = await import('./plan-files.ts')
  await writeStarter(resolve(io.cwd, file), file, force)
  io.err(`${file} is a plan to begin with; next: tune plan ${file}\n`)
}
