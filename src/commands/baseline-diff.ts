/** `tune baseline diff`: stored, paired, or first one and then the other. */
import { resolve } from 'node:path'
import type { Diff } from '../core/diff.ts'
import { baselineNames } from '../report/baselines.ts'
import { diffReport } from '../report/diff.ts'
import { checkWritable, saveText } from '../report/store.ts'
import { commandIn, parseMetrics, parseRules } from './compare-request.ts'
import type { DiffEnded, DiffFlags, DiffRequest } from './diff-request.ts'
import type { Io } from './io.ts'
import { pairedComparison, refuseSameSides } from './paired-diff.ts'
import { type ReportPlace, reportPlace } from './report-place.ts'
import { storedComparison } from './stored-diff.ts'

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
  const metrics = flags.judge === undefined ? undefined : parseMetrics(flags.judge)
  const request = { names, command, flags, rules: parseRules(flags), metrics }
  if (flags.save !== undefined) await checkWritable(resolve(io.cwd, flags.save), '--save')
  const asksPairs = [flags.a, flags.b, flags.aTune, flags.bTune].some((flag) => flag !== undefined)
  if (flags.paired === true || (asksPairs && flags.escalate !== true)) {
    return finish(await pairedComparison(request, io), flags, place, io)
  }
  return finish(await (flags.escalate === true ? escalated : storedComparison)(request, io), flags, place, io)
}

/** Stored; and where that is suspect, pairs of what the base side was and what the new sitting was made with. */
async function escalated(request: DiffRequest, io: Io): Promise<DiffEnded> {
  const { flags, names } = request
  const named = { ...request, names: names.length === 0 ? ['main'] : names }
  const isFirst = flags.init === true && !(await baselineNames(io.cwd)).includes(named.names[0] ?? '')
  // Before anything runs
  if (!isFirst) await refuseSameSides(named, io)
  const first = await storedComparison(named, io)
  if (first.document.verdict !== 'suspect') return first
  io.err('suspect: going on with pairs\n')
  return pairedComparison(named, io)
}

async function finish(
  { document, exitCode }: DiffEnded,
  flags: DiffFlags,
  place: ReportPlace,
  io: Io,
): Promise<void> {
  // Neither is lost when the other cannot be written
  const { problem } =
    flags.save === undefined
      ? {}
      : await saveText(`${JSON.stringify(document, null, 2)}\n`, resolve(io.cwd, flags.save))
  await place.write(diffReport(document))
  if (problem !== undefined) throw problem
  const { verdict } = document
  io.exitCode = exitCode ?? (flags.strict === true && UNCLEAR.has(verdict) ? 1 : EXIT[verdict])
}
