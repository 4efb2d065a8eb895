/** `tune baseline calibrate`: the same thing on both sides, to know what this machine's noise lets be seen. */
import { calibrated } from '../baseline/calibration.ts'
import { DEFAULT_RULES } from '../baseline/gate.ts'
import type { Calibration } from '../core/calibration.ts'
import { CALIBRATION_SCHEMA } from '../core/schema-names.ts'
import { TuneError } from '../errors.ts'
import { randomOf } from '../records/random.ts'
import { checkName } from '../report/baselines.ts'
import { calibrationReport } from '../report/calibration.ts'
import { checkCalibrations, keepCalibration } from '../report/calibrations.ts'
import type { ReportName } from '../report/names.ts'
import { parseCount } from '../units.ts'
import { commandOf } from './capture-runs.ts'
import { checkCommand, commandIn, parseMetrics } from './compare-request.ts'
import { thisProgram } from './fresh-run.ts'
import type { Io } from './io.ts'
import { reportPlace } from './report-place.ts'
import { pairsOf } from './run-pairs.ts'

/** More say little more of the noise, and take a day. */
const MOST_PAIRS = 500

export interface CalibrateFlags {
  pairs: string
  judge?: string
  seed?: string
  verbose?: boolean
  report: ReportName
  output?: string
}

export async function calibrate(io: Io, words: readonly string[], flags: CalibrateFlags): Promise<void> {
  const { names, command: given } = commandIn(words)
  const [name = 'main', extra] = names
  const place = await reportPlace(io, flags.report, flags.output)
  if (extra !== undefined) throw new TuneError('USAGE', `one name is enough: ${names.join(', ')}`)
  checkName(name)
  const count = parseCount(flags.pairs, '--pairs', { min: 10, max: MOST_PAIRS })
  const seed = flags.seed === undefined ? 1 : parseCount(flags.seed, '--seed', { min: 0 })
  const metrics = flags.judge === undefined ? undefined : parseMetrics(flags.judge)
  const command = given.length === 0 ? await commandOf(name, io) : given
  checkCommand(command)
  await checkCalibrations(io.cwd)
  const calibratedAt = new Date().toISOString()
  const side = { name: 'the command', side: { program: thisProgram(), command } }
  // One look at the end: nothing ends it before
  const rules = { ...DEFAULT_RULES, looks: [{ pairs: count, alpha: 0 }] }
  const verbose = flags.verbose ?? false
  const ended = await pairsOf(
    { base: side, now: side, rules, metrics, budgetMs: undefined, seed, verbose },
    io,
  )
  const { pairs, replaced } = ended
  if (pairs.length < count) {
    io.exitCode = ended.exitCode ?? 0
    throw new TuneError('ABORTED', `${pairs.length} of ${count} pairs were made; nothing is kept`, {
      hint:
        ended.endedBy === 'invalid'
          ? 'too many runs were not to be trusted: tune itself was late, or its machine busy'
          : 'let it run to its end, or ask for fewer with --pairs',
    })
  }
  const random = randomOf(seed, 1)
  const counted = calibrated(pairs, ended.metrics, DEFAULT_RULES, () => random.float())
  if (counted === undefined) {
    throw new TuneError('RUN', `none of ${ended.metrics.join(', ')} was measured in every run`, {
      hint: 'name others with --judge',
    })
  }
  const calibration: Calibration = {
    schema: CALIBRATION_SCHEMA,
    baseline: name,
    calibratedAt,
    command: [...command],
    pairs: pairs.length,
    replaced,
    ...counted,
  }
  await place.write(calibrationReport(calibration))
  io.err(`kept as ${await keepCalibration(calibration, io.cwd)}\n`)
}
