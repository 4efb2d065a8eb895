import { Command, Option } from 'commander'
import type { Sitting } from '../core/sitting.ts'
import { TuneError } from '../errors.ts'
import type { Report } from '../report/model.ts'
import { REPORT_NAMES } from '../report/names.ts'
import type { CalibrateFlags } from './baseline-calibrate.ts'
import type { DiffFlags } from './diff-request.ts'
import type { Io } from './io.ts'
import { OUTPUT_FLAG } from './report-place.ts'

interface CaptureFlags {
  runs: string
  from?: string[]
  verbose?: boolean
}

const DEFAULT_NAME = 'main'
const MAX_RUNS = 100

/** `tune baseline`: fresh runs kept to compare with, and the comparison. */
export function command(io: Io): Command {
  const baseline = new Command('baseline').description(
    'keep runs to compare with, and tell regressions from noise',
  )
  baseline
    .command('capture')
    .description('make fresh runs of a command, and keep them as one sitting of a baseline')
    .argument('[words...]', `its name (${DEFAULT_NAME}), then -- and the bench with its flags`)
    .option('--runs <n>', 'fresh runs, each a process of its own', '5')
    .option('--from <result...>', 'keep these results instead: files, or last')
    .option('--verbose', 'everything that the runs say')
    .addHelpText('after', '\nFor example:\n  $ tune baseline capture main -- bench producer --duration 15s')
    .action((words: string[], flags: CaptureFlags) => capture(io, words, flags))
  baseline
    .command('diff')
    .description('compare with a baseline, two commands, or two results')
    .argument(
      '[words...]',
      'a baseline, or one or two result files, of other tools too; then -- and the bench with its flags',
    )
    .option('--paired', 'the gate: run both sides in turn until it is clear')
    .option('--escalate', 'compare with what is stored, and with pairs when that is suspect')
    .option('--a <flags>', 'of the base side alone, after those of the command')
    .option('--b <flags>', 'of the other side alone')
    .option('--a-tune <file>', 'another version of tune for the base side: its bin/tune.js')
    .option('--b-tune <file>', 'the same for the other side')
    .option('--runs <n>', 'fresh runs of the new sitting, beside a stored baseline', '3')
    .option('--judge <metrics>', 'what decides (recordsPerSec,latency.p50Ms,cpuUsPerRecord)')
    .option('--min-change <share>', 'less is none of anybody’s concern (3%)')
    .option('--tolerance <share>', 'it passes when it is surely less than that worse (5%)')
    .option('--budget <duration>', 'no pair is begun that would not end within it')
    .option('--seed <n>', 'of the order within pairs')
    .option('--allow-env-change', 'compare although machine or versions are others')
    .option('--init', 'capture the baseline when there is none yet')
    .option('--strict', 'suspect and inconclusive end in exit code 1')
    .option('--verbose', 'everything that the runs say')
    .addOption(new Option('--report <format>', 'how to print it').choices(REPORT_NAMES).default('table'))
    .option(...OUTPUT_FLAG)
    .option('--save <file>', 'the document, tune.diff/1, beside the report')
    .addHelpText(
      'after',
      `
For example:
  $ tune baseline diff main -- bench producer --duration 15s
  $ tune baseline diff --paired --b '--producer-props linger.ms=20' -- bench producer --duration 10s
  $ tune baseline diff before.json after.json

Exit codes: 0 no regression · 1 regression · 2 could not run · 3 cannot be told`,
    )
    .action(async (words: string[], flags: DiffFlags) => {
      const { diff } = await import('./baseline-diff.ts')
      await diff(io, words, flags)
    })
  baseline
    .command('calibrate')
    .description("the same on both sides: this machine's noise, and what can be seen in it")
    .argument('[words...]', `a baseline (${DEFAULT_NAME}); then -- and the bench with its flags`)
    .option('--pairs <n>', 'pairs of runs', '16')
    .option('--judge <metrics>', 'what would decide (recordsPerSec,latency.p50Ms,cpuUsPerRecord)')
    .option('--seed <n>', 'of the order within pairs, and of what is drawn from them (1)')
    .option('--verbose', 'everything that the runs say')
    .addOption(new Option('--report <format>', 'how to print it').choices(REPORT_NAMES).default('table'))
    .option(...OUTPUT_FLAG)
    .addHelpText('after', '\nFor example:\n  $ tune baseline calibrate -- bench producer --duration 10s')
    .action(async (words: string[], flags: CalibrateFlags) => {
      const { calibrate } = await import('./baseline-calibrate.ts')
      await calibrate(io, words, flags)
    })
  baseline
    .command('list')
    .description('baselines that are kept')
    .action(() => list(io))
  baseline
    .command('show')
    .description('the sittings of a baseline')
    .argument('[name]', 'which', DEFAULT_NAME)
    .action((name: string) => show(io, name))
  baseline
    .command('rm')
    .description('remove a baseline')
    .argument('<name>', 'which')
    .action(async (name: string) => {
      const { removeBaseline } = await import('../report/baselines.ts')
      await removeBaseline(name, io.cwd)
      io.err(`removed ${name}\n`)
    })
  return baseline
}

async function capture(io: Io, words: readonly string[], flags: CaptureFlags): Promise<void> {
  const { commandIn, checkCommand } = await import('./compare-request.ts')
  const { addSitting, checkBaselines, checkName } = await import('../report/baselines.ts')
  const { sitting } = await import('../core/sitting.ts')
  const { names, command } = commandIn(words)
  const [name = DEFAULT_NAME, extra] = names
  if (extra !== undefined) throw new TuneError('USAGE', `one name is enough: ${names.join(', ')}`)
  checkName(name)
  const at = new Date().toISOString()
  let kept: Sitting
  if (flags.from !== undefined) {
    const { runsOf } = await import('./compared-side.ts')
    await checkBaselines(io.cwd)
    const runs = (await Promise.all(flags.from.map((file) => runsOf(file, io)))).flat()
    kept = sitting(name, at, runs, undefined)
  } else {
    checkCommand(command)
    const { parseCount } = await import('../units.ts')
    const count = parseCount(flags.runs, '--runs', { min: 1, max: MAX_RUNS })
    await checkBaselines(io.cwd)
    const { captureRuns } = await import('./capture-runs.ts')
    const { thisProgram } = await import('./fresh-run.ts')
    const side = { program: thisProgram(), command }
    kept = sitting(name, at, await captureRuns(side, count, flags.verbose ?? false, io), command)
  }
  const { path, clockWentBack } = await addSitting(kept, io.cwd)
  const { plural } = await import('../report/format.ts')
  io.err(`kept ${plural(kept.runs.length, 'run')} as a sitting of ${name}: ${path}\n`)
  if (clockWentBack) {
    io.err(
      `warning: the clock says ${at}, before the sitting that was the last; this one is kept as the newest\n`,
    )
  }
  await show(io, name)
}

async function list(io: Io): Promise<void> {
  const { baselineNames, BASELINES_FOLDER, readSittings } = await import('../report/baselines.ts')
  const names = await baselineNames(io.cwd)
  if (names.length === 0) {
    io.err(`no baseline is kept under ${BASELINES_FOLDER}\n`)
    return
  }
  const { baselinesReport } = await import('../report/sittings.ts')
  const all = await Promise.all(
    names.map((name) =>
      readSittings(name, io.cwd).then(
        (sittings) => ({ name, sittings }),
        (error: unknown) => {
          if (error instanceof TuneError) return { name, why: error }
          throw error
        },
      ),
    ),
  )
  await print(io, baselinesReport(all))
}

async function show(io: Io, name: string): Promise<void> {
  const { missing, readSittings } = await import('../report/baselines.ts')
  const sittings = await readSittings(name, io.cwd)
  if (sittings.length === 0) throw await missing(name, io.cwd)
  const { sittingsReport } = await import('../report/sittings.ts')
  await print(io, sittingsReport(name, sittings))
}

async function print(io: Io, report: Report): Promise<void> {
  const { REPORTERS } = await import('../report/reporters.ts')
  const { styleFor } = await import('./style.ts')
  io.out(REPORTERS.table(report, styleFor(io, false)))
}
