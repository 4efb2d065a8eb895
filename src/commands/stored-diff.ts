/** A new sitting beside those that are kept, or two files that somebody kept. */
import { resolve } from 'node:path'
import { storedDiff } from '../baseline/compared.ts'
import type { Diff } from '../core/diff.ts'
import type { ClientResult } from '../core/result.ts'
import { TuneError } from '../errors.ts'
import {
  addSitting,
  baselineNames,
  checkBaselines,
  checkName,
  missing,
  readSittings,
} from '../report/baselines.ts'
import { FIRST_SITTING } from '../report/diff.ts'
import { parseCount } from '../units.ts'
import { captureRuns, commandOf } from './capture-runs.ts'
import { wordsOf } from './compare-request.ts'
import {
  type ComparedSide,
  differencesBetween,
  isMostlyUntrusted,
  metricsOf,
  readSide,
  sittingsOf,
  unedited,
  warningsOf,
} from './compared-side.ts'
import { type DiffEnded, type DiffRequest, refuseOtherConfig, refuseOtherPlace } from './diff-request.ts'
import { otherProgram, thisProgram } from './fresh-run.ts'
import type { Io } from './io.ts'

export async function storedComparison(
  { names, command, flags, rules, metrics }: DiffRequest,
  io: Io,
): Promise<DiffEnded> {
  const [name = 'main', candidate, extra] = names
  if (extra !== undefined) throw new TuneError('USAGE', `two sides are compared, not ${names.length}`)
  const startedAt = new Date().toISOString()
  const base = await baseOf(name, names.length > 0 && flags.init !== true, io)
  if (base === undefined && flags.init !== true) throw await missing(name, io.cwd)
  const now = candidate === undefined ? undefined : await readSide(candidate, io)
  if (base !== undefined && now !== undefined) return { document: compared(base, now) }
  const again = command.length === 0 ? await commandOf(name, io) : command
  if (base === undefined) await checkFirst(name, io)
  const count = parseCount(flags.runs, '--runs', { min: 1, max: 100 })
  // Of --escalate; without it they ask for pairs
  const own = flags.b === undefined ? [] : wordsOf(flags.b, '--b')
  const program = flags.bTune === undefined ? thisProgram() : otherProgram(resolve(io.cwd, flags.bTune))
  const side = { program, command: [...again, ...own] }
  const runs = await captureRuns(side, count, flags.verbose ?? false, io)
  if (base === undefined) return { document: await firstSitting(name, again, runs, startedAt, rules, io) }
  return {
    document: compared(base, { by: 'tune', name: `a sitting of ${runs.length} runs`, sittings: [runs] }),
  }

  function compared(before: ComparedSide, after: ComparedSide): Diff {
    const { primary, shown } = metricsOf(before, after)
    const document = storedDiff(sittingsOf(before), sittingsOf(after).flat(), metrics ?? primary, {
      startedAt,
      base: before.name,
      now: after.name,
      rules,
      warnings: warningsOf(before, after),
      differences: differencesBetween(before, after),
      shown,
    })
    refuseOtherConfig(document)
    refuseOtherPlace(document, flags)
    return [before, after].some(isMostlyUntrusted) ? { ...document, verdict: 'invalid' } : document
  }
}

/** Undefined where there is no such baseline. @param mayBeFile what is no baseline's name may be one */
async function baseOf(name: string, mayBeFile: boolean, io: Io): Promise<ComparedSide | undefined> {
  if ((await baselineNames(io.cwd)).includes(name)) {
    const sittings = await readSittings(name, io.cwd)
    return sittings.length === 0
      ? undefined
      : { by: 'tune', name, sittings: sittings.map(({ runs }) => unedited(runs, name)) }
  }
  return mayBeFile && looksLikeFile(name) ? readSide(name, io) : undefined
}

function looksLikeFile(name: string): boolean {
  return name === 'last' || /[./\\]/.test(name)
}

/** Before it is run. @throws TuneError USAGE or STORAGE */
async function checkFirst(name: string, io: Io): Promise<void> {
  checkName(name)
  await checkBaselines(io.cwd)
}

/** `--init`: there is nothing to compare with yet; from now on there is. */
async function firstSitting(
  name: string,
  command: readonly string[],
  runs: readonly ClientResult[],
  at: string,
  rules: DiffRequest['rules'],
  io: Io,
): Promise<Diff> {
  const { sitting } = await import('../core/sitting.ts')
  const { path } = await addSitting(sitting(name, at, runs, command), io.cwd)
  return storedDiff([runs], runs, [], {
    startedAt: at,
    base: name,
    now: 'the same',
    rules,
    warnings: [
      { id: FIRST_SITTING, text: `there was no baseline ${name}: this sitting is its first (${path})` },
    ],
    differences: [],
  })
}
