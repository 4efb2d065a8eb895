/** `--paired`: both sides are run here and now, so where one has another broker or version, that is what is compared. */
import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { pairedDiff } from '../baseline/compared.ts'
import type { Diff } from '../core/diff.ts'
import { TuneError } from '../errors.ts'
import { seenText } from '../report/calibration.ts'
import { calibrationOf } from '../report/calibrations.ts'
import { plural } from '../report/format.ts'
import { parseCount, parseDurationMs } from '../units.ts'
import { commandOf } from './capture-runs.ts'
import { checkCommand, wordsOf } from './compare-request.ts'
import type { RunSide } from './compare-runs.ts'
import type { DiffEnded, DiffFlags, DiffRequest } from './diff-request.ts'
import { otherProgram, thisProgram } from './fresh-run.ts'
import type { Io } from './io.ts'
import { type NamedSide, pairsOf } from './run-pairs.ts'

/** Both sides in turn. */
export async function pairedComparison(
  { names, command, flags, rules, metrics }: DiffRequest,
  io: Io,
): Promise<DiffEnded> {
  const { base, now, common } = await sidesOf(names, command, flags, io)
  const seed = flags.seed === undefined ? 1 : parseCount(flags.seed, '--seed', { min: 0 })
  const budgetMs = flags.budget === undefined ? undefined : parseDurationMs(flags.budget, '--budget')
  const startedAt = new Date().toISOString()
  const verbose = flags.verbose ?? false
  const calibration = await calibrationOf(common, io.cwd)
  if (calibration !== undefined) {
    io.err(`calibrated at ${calibration.calibratedAt}, ${seenText(calibration)}\n`)
  }
  const ended = await pairsOf({ base, now, rules, metrics, budgetMs, seed, verbose }, io)
  const about = {
    startedAt,
    base: base.name,
    now: now.name,
    rules,
    warnings: madeAgain(ended),
    seed,
    metrics: ended.metrics,
  }
  return { document: pairedDiff(ended, about), exitCode: ended.exitCode }
}

function madeAgain({ replaced, whyReplaced }: Awaited<ReturnType<typeof pairsOf>>): Diff['warnings'] {
  if (whyReplaced === undefined) return []
  const which = replaced === 1 ? 'it was' : 'the last one'
  return [{ id: 'made-again', text: `${plural(replaced, 'run')} made again, ${which} of ${whyReplaced}` }]
}

/** @throws TuneError USAGE where pairs would be of one thing with itself, which differs in nothing whatever became of it */
export async function refuseSameSides({ names, command, flags }: DiffRequest, io: Io): Promise<void> {
  const { base, now } = await sidesOf(names, command, flags, io)
  if (!isDeepStrictEqual(base.side, now.side)) return
  throw new TuneError('USAGE', 'with --escalate the pairs would be of one and the same command', {
    hint: 'say what the base side is to be run with: --a FLAGS or --a-tune FILE; or leave --escalate out',
  })
}

async function sidesOf(
  names: readonly string[],
  command: readonly string[],
  flags: DiffFlags,
  io: Io,
): Promise<{ base: NamedSide; now: NamedSide; common: readonly string[] }> {
  const [name, extra] = names
  if (extra !== undefined) {
    throw new TuneError(
      'USAGE',
      'pairs are run, not read: name a baseline whose command is one side, or none',
      {
        hint: 'two results are compared without --paired: tune baseline diff a.json b.json',
      },
    )
  }
  const before = name === undefined ? command : await commandOf(name, io)
  const now = command.length === 0 ? before : command
  checkCommand(now)
  if (before[1] !== now[1]) {
    throw new TuneError('USAGE', `the base side is bench ${before[1]}, the other one bench ${now[1]}`, {
      hint: 'compare two commands that do the same',
    })
  }
  const a = flags.a === undefined ? [] : wordsOf(flags.a, '--a')
  const b = flags.b === undefined ? [] : wordsOf(flags.b, '--b')
  const side = (words: readonly string[], tune: string | undefined): RunSide => ({
    program: tune === undefined ? thisProgram() : otherProgram(resolve(io.cwd, tune)),
    command: words,
  })
  const nameOf = (words: readonly string[], tune: string | undefined, otherwise: string) =>
    [...(tune === undefined ? [] : [tune]), ...words].join(' ') || otherwise
  return {
    common: now,
    base: { name: nameOf(a, flags.aTune, name ?? 'a'), side: side([...before, ...a], flags.aTune) },
    now: { name: nameOf(b, flags.bTune, 'b'), side: side([...now, ...b], flags.bTune) },
  }
}
