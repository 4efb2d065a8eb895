/** `tune baseline diff`: stored, paired, or first one and then the other. */
import { resolve } from 'node:path'
import { primaryOf } from '../baseline/changes.ts'
import { pairedDiff, storedDiff } from '../baseline/compared.ts'
import { runPairs } from '../baseline/pairs.ts'
import type { Diff } from '../core/diff.ts'
import type { MetricName } from '../core/metrics.ts'
import type { ClientResult } from '../core/result.ts'
import { isTrusted } from '../core/trust.ts'
import { TuneError } from '../errors.ts'
import { randomOf } from '../records/random.ts'
import { baselineNames, missing, readSittings } from '../report/baselines.ts'
import { diffReport } from '../report/diff.ts'
import { findResult } from '../report/kept-results.ts'
import type { ReportName } from '../report/names.ts'
import { checkWritable, readRuns, saveText } from '../report/store.ts'
import { parseCount, parseDurationMs } from '../units.ts'
import { checkCommand, commandIn, parseMetrics, parseRules, wordsOf } from './compare-request.ts'
import { type RunSide, withRuns } from './compare-runs.ts'
import { ofClient, otherProgram, thisProgram } from './fresh-run.ts'
import type { Io } from './io.ts'
import { type ReportPlace, reportPlace } from './report-place.ts'

export interface DiffFlags {
  paired?: boolean
  escalate?: boolean
  a?: string
  b?: string
  aTune?: string
  bTune?: string
  runs: string
  judge?: string
  minChange?: string
  tolerance?: string
  budget?: string
  seed?: string
  allowEnvChange?: boolean
  init?: boolean
  strict?: boolean
  verbose?: boolean
  report: ReportName
  output?: string
  save?: string
}

const EXIT: Readonly<Record<Diff['verdict'], number>> = {
  pass: 0,
  improvement: 0,
  suspect: 0,
  regression: 1,
  inconclusive: 3,
  invalid: 3,
}
/** Those that `--strict` makes a failure. */
const UNCLEAR: ReadonlySet<Diff['verdict']> = new Set(['suspect', 'inconclusive', 'invalid'])

export async function diff(io: Io, words: readonly string[], flags: DiffFlags): Promise<void> {
  const { names, command } = commandIn(words)
  const place = await reportPlace(io, flags.report, flags.output)
  const request = { names, command, flags, rules: parseRules(flags), metrics: metricsOf(flags) }
  if (flags.save !== undefined) await checkWritable(resolve(io.cwd, flags.save), '--save')
  const isPaired = flags.paired === true || flags.a !== undefined || flags.b !== undefined
  if (isPaired || flags.aTune !== undefined || flags.bTune !== undefined) {
    return finish(await paired(request, io), flags, place, io)
  }
  const first = await stored(request, io)
  if (flags.escalate !== true || first.document.verdict !== 'suspect' || command.length === 0) {
    return finish(first, flags, place, io)
  }
  io.err('suspect: going on with pairs\n')
  return finish(await paired(request, io), flags, place, io)
}

interface Request {
  readonly names: readonly string[]
  readonly command: readonly string[]
  readonly flags: DiffFlags
  readonly rules: ReturnType<typeof parseRules>
  /** Undefined: those of the kind of run. */
  readonly metrics: readonly MetricName[] | undefined
}

interface Ended {
  readonly document: Diff
  /** Of an interruption. */
  readonly exitCode?: number | undefined
}

function metricsOf({ judge }: DiffFlags): readonly MetricName[] | undefined {
  return judge === undefined ? undefined : parseMetrics(judge)
}

async function finish(
  { document, exitCode }: Ended,
  flags: DiffFlags,
  place: ReportPlace,
  io: Io,
): Promise<void> {
  await place.write(diffReport(document))
  if (flags.save !== undefined) {
    const { problem } = await saveText(`${JSON.stringify(document, null, 2)}\n`, resolve(io.cwd, flags.save))
    if (problem !== undefined) throw problem
  }
  const { verdict } = document
  io.exitCode = exitCode ?? (flags.strict === true && UNCLEAR.has(verdict) ? 1 : EXIT[verdict])
}

/** Both sides in turn. */
async function paired({ names, command, flags, rules, metrics }: Request, io: Io): Promise<Ended> {
  const sides = await sidesOf(names, command, flags, io)
  const seed = flags.seed === undefined ? 1 : parseCount(flags.seed, '--seed', { min: 0 })
  const budgetMs = flags.budget === undefined ? undefined : parseDurationMs(flags.budget, '--budget')
  const startedAt = new Date().toISOString()
  return withRuns(
    [sides.base.side, sides.now.side],
    { verbose: flags.verbose ?? false },
    io,
    async (runs) => {
      // What is judged follows from the kind of run; that is known with the first
      let chosen = metrics
      const random = randomOf(seed, 0)
      const ended = await runPairs(
        {
          metrics: () => chosen ?? [],
          rules,
          ...(budgetMs === undefined ? {} : { budgetMs }),
        },
        {
          signal: runs.signal,
          nowMs: () => performance.now(),
          random: () => random.float(),
          async run(side) {
            const result = await runs.run(sides[side].side)
            chosen ??= primaryOf(result)
            return result
          },
          onPair: (pairs, judged) => io.err(`${progress(pairs, judged?.step)}\n`),
          onReplaced: (side, why) => io.err(`a run of ${sides[side].name} is made again: ${why}\n`),
        },
      )
      const about = { startedAt, base: sides.base.name, now: sides.now.name, rules, warnings: [], seed }
      const document = pairedDiff(ended, about)
      refuseOtherPlace(document, flags)
      return { document, exitCode: runs.exitCode() }
    },
  )
}

function progress(pairs: number, step: { next: number } | { verdict: string } | undefined): string {
  if (step === undefined) return `pair ${pairs}`
  return 'next' in step
    ? `pair ${pairs}: not clear yet, on to ${step.next}`
    : `pair ${pairs}: ${step.verdict}`
}

interface NamedSide {
  readonly name: string
  readonly side: RunSide
}

async function sidesOf(
  names: readonly string[],
  command: readonly string[],
  flags: DiffFlags,
  io: Io,
): Promise<{ base: NamedSide; now: NamedSide }> {
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
  const a = flags.a === undefined ? [] : wordsOf(flags.a, '--a')
  const b = flags.b === undefined ? [] : wordsOf(flags.b, '--b')
  const side = (words: readonly string[], tune: string | undefined): RunSide => ({
    program: tune === undefined ? thisProgram() : otherProgram(resolve(io.cwd, tune)),
    command: words,
  })
  const nameOf = (words: readonly string[], tune: string | undefined, otherwise: string) =>
    [...(tune === undefined ? [] : [tune]), ...words].join(' ') || otherwise
  return {
    base: { name: nameOf(a, flags.aTune, name ?? 'a'), side: side([...before, ...a], flags.aTune) },
    now: { name: nameOf(b, flags.bTune, 'b'), side: side([...now, ...b], flags.bTune) },
  }
}

async function commandOf(name: string, io: Io): Promise<readonly string[]> {
  const last = (await readSittings(name, io.cwd)).at(-1)
  if (last === undefined) throw await missing(name, io.cwd)
  if (last.command !== undefined) return last.command
  throw new TuneError('CONFIG', `the baseline ${name} came from results: what made them is not known`, {
    hint: 'capture it from a command to run it again: tune baseline capture NAME -- bench …',
  })
}

/** A new sitting beside stored ones, or two results that somebody kept. */
async function stored({ names, command, flags, rules, metrics }: Request, io: Io): Promise<Ended> {
  const [base = 'main', candidate, extra] = names
  if (extra !== undefined) throw new TuneError('USAGE', `two sides are compared, not ${names.length}`)
  const startedAt = new Date().toISOString()
  const isBaseline = (await baselineNames(io.cwd)).includes(base)
  const sittings = isBaseline
    ? (await readSittings(base, io.cwd)).map(({ runs }) => runs)
    : names.length === 0 || flags.init === true || !looksLikeFile(base)
      ? []
      : [await runsOf(base, io)]
  if (sittings.length === 0 && flags.init !== true) throw await missing(base, io.cwd)
  const count = parseCount(flags.runs, '--runs', { min: 1, max: 100 })
  const again = command.length === 0 && candidate === undefined ? await commandOf(base, io) : command
  const now =
    candidate === undefined
      ? await captureRuns(again, count, flags.verbose ?? false, io)
      : await runsOf(candidate, io)
  if (sittings.length === 0) return { document: await firstSitting(base, again, now, startedAt, rules, io) }
  const [first] = now
  const about = {
    startedAt,
    base,
    now: candidate ?? `a sitting of ${now.length} runs`,
    rules,
    warnings: untrusted(now),
  }
  const document = storedDiff(sittings, now, metrics ?? (first === undefined ? [] : primaryOf(first)), about)
  refuseOtherConfig(document)
  refuseOtherPlace(document, flags)
  return { document }
}

function looksLikeFile(name: string): boolean {
  return name === 'last' || /[./\\]/.test(name)
}

/** `--init`: there is nothing to compare with yet; from now on there is. */
async function firstSitting(
  name: string,
  command: readonly string[],
  runs: readonly ClientResult[],
  at: string,
  rules: Request['rules'],
  io: Io,
): Promise<Diff> {
  const { addSitting, checkName } = await import('../report/baselines.ts')
  const { sitting } = await import('../core/sitting.ts')
  checkName(name)
  const path = await addSitting(sitting(name, at, runs, command), io.cwd)
  const warning = {
    id: 'first-sitting',
    text: `there was no baseline ${name}: this sitting is its first (${path})`,
  }
  return storedDiff([runs], runs, [], {
    startedAt: at,
    base: name,
    now: 'the same',
    rules,
    warnings: [warning],
  })
}

function untrusted(runs: readonly ClientResult[]): Diff['warnings'] {
  const bad = runs.filter((run) => !isTrusted(run)).length
  return bad === 0
    ? []
    : [
        {
          id: 'untrusted-runs',
          text: `${bad} of ${runs.length} runs are not to be trusted: tune itself was late`,
        },
      ]
}

/** @throws TuneError CONFIG naming what was asked differently */
function refuseOtherConfig({ differences }: Diff): void {
  const found = differences.filter(({ name }) => !name.startsWith('environment.'))
  const [first] = found
  if (first === undefined) return
  const names = found.map(({ name, base, now }) => `${name} ${base} -> ${now}`).join(', ')
  throw new TuneError('CONFIG', `the two sides were asked for different things: ${names}`, {
    hint: 'a comparison changes one thing: give it with --paired --a and --b, which make both sides here and now',
  })
}

/** @throws TuneError CONFIG naming what is different */
function refuseOtherPlace({ differences }: Diff, flags: DiffFlags): void {
  const found = differences.filter(({ name }) => name.startsWith('environment.'))
  // Pairs run here and now: where a side has another broker or version, that is what is compared
  if (found.length === 0 || flags.allowEnvChange === true || isPairedBy(flags)) return
  const names = found.map(({ name, base, now }) => `${name.slice('environment.'.length)} ${base} -> ${now}`)
  throw new TuneError('CONFIG', `the two sides ran in different places: ${names.join(', ')}`, {
    hint: 'run both here with --paired, or say --allow-env-change',
  })
}

function isPairedBy({ paired, escalate, a, b, aTune, bTune }: DiffFlags): boolean {
  return paired === true || escalate === true || [a, b, aTune, bTune].some((flag) => flag !== undefined)
}

/** Fresh runs of one command, one after the other. @throws TuneError ABORTED when interrupted */
export async function captureRuns(
  command: readonly string[],
  count: number,
  verbose: boolean,
  io: Io,
): Promise<ClientResult[]> {
  checkCommand(command)
  const side = { program: thisProgram(), command }
  return withRuns([side], { verbose }, io, async (runs) => {
    const results: ClientResult[] = []
    for (let n = 1; n <= count; n++) {
      io.err(`run ${n} of ${count}\n`)
      const result = await runs.run(side)
      if (runs.signal.aborted || !result.complete) {
        throw new TuneError('ABORTED', `run ${n} of ${count} did not come to its end; nothing is kept`, {
          hint: 'the runs themselves are under .tune/results; keep them with: tune baseline capture --from',
        })
      }
      results.push(result)
    }
    return results
  })
}

/** The runs of a kept result: one, or those of `--repeat`. @throws TuneError CONFIG */
export async function runsOf(which: string, io: Io): Promise<readonly ClientResult[]> {
  const found = await readRuns(await findResult(which, io.cwd))
  return (found.schema === 'tune.result/1' ? [found] : found.runs).map(ofClient)
}
