/** One side of a comparison that is read: a baseline, results of ours, or what another tool wrote. */
import type { Difference } from '../baseline/alike.ts'
import { ALL_SHOWN, primaryOf } from '../baseline/changes.ts'
import { allDifferences } from '../baseline/compared.ts'
import type { Diff } from '../core/diff.ts'
import type { MetricName } from '../core/metrics.ts'
import { checkResult } from '../core/recompute.ts'
import type { ClientResult } from '../core/result.ts'
import { spread } from '../core/spread.ts'
import { whyNotTrusted } from '../core/trust.ts'
import type { Figures } from '../core/verdict.ts'
import { TuneError } from '../errors.ts'
import { type ForeignFile, readForeign } from '../foreign/index.ts'
import { plural } from '../report/format.ts'
import { findResult, readResultText } from '../report/kept-results.ts'
import { parseRuns } from '../report/parse-result.ts'
import { isOurs, looksLikeJson, parseJson } from '../report/result-document.ts'
import { ofClient } from './fresh-run.ts'
import type { Io } from './io.ts'

export type ComparedSide =
  | { readonly by: 'tune'; readonly name: string; readonly sittings: readonly (readonly ClientResult[])[] }
  | { readonly by: 'other'; readonly name: string; readonly file: ForeignFile }

/** Runs that belong to one breath each. */
export function sittingsOf(side: ComparedSide): readonly (readonly Figures[])[] {
  return side.by === 'tune' ? side.sittings : [side.file.runs]
}

/** @throws TuneError CONFIG */
export async function readSide(which: string, io: Io): Promise<ComparedSide> {
  const path = await findResult(which, io.cwd)
  const text = await readResultText(path)
  if (isOurs(text)) return { by: 'tune', name: which, sittings: [ourRuns(text, path)] }
  const file = foreignFile(text, path)
  return { by: 'other', name: `${which} (${file.title})`, file }
}

/** The runs of a kept result of ours: one, or those of `--repeat`. @throws TuneError CONFIG */
export async function runsOf(which: string, io: Io): Promise<readonly ClientResult[]> {
  const path = await findResult(which, io.cwd)
  const text = await readResultText(path)
  if (isOurs(text)) return ourRuns(text, path)
  throw new TuneError(
    'CONFIG',
    `${path} is of ${foreignFile(text, path).title}: a baseline keeps runs of tune`,
    {
      hint: 'keep the file itself, and compare two of them: tune baseline diff BEFORE AFTER',
    },
  )
}

function foreignFile(text: string, path: string): ForeignFile {
  return readForeign(text, looksLikeJson(text) ? parseJson(text, path) : undefined, path)
}

function ourRuns(text: string, path: string): readonly ClientResult[] {
  const found = parseRuns(text, path)
  const runs = found.schema === 'tune.result/1' ? [found] : found.runs
  return unedited(runs.map(ofClient), path)
}

/** @throws TuneError CONFIG naming the first figure that does not follow from the rest */
export function unedited(runs: readonly ClientResult[], where: string): readonly ClientResult[] {
  for (const run of runs) {
    const [problem] = checkResult(run)
    if (problem === undefined) continue
    const { figure, stored, computed } = problem
    throw new TuneError(
      'CONFIG',
      `${where} was edited: ${figure} is ${stored ?? 'nothing'}, and ${computed ?? 'nothing'} follows from its histograms and series`,
      {
        hint: 'use it as it was written, or make it again; tune report check FILE shows all that does not follow',
      },
    )
  }
  return runs
}

/** What decides, and what is looked at. */
export function metricsOf(base: ComparedSide, now: ComparedSide) {
  const sides = [base, now]
  const primary = sides.flatMap((side) =>
    side.by === 'other' ? side.file.primary : (side.sittings.at(-1)?.slice(0, 1) ?? []).flatMap(primaryOf),
  )
  const isOurs = sides.every(({ by }) => by === 'tune')
  return { primary: [...new Set<MetricName>(primary)], shown: isOurs ? undefined : ALL_SHOWN }
}

/** @throws TuneError CONFIG where the two did different things altogether */
export function differencesBetween(base: ComparedSide, now: ComparedSide): Difference[] {
  const [one, other] = [kindOf(base), kindOf(now)]
  if (one !== undefined && other !== undefined && one !== other) {
    throw new TuneError('CONFIG', `${base.name} is a run of kind ${one}, ${now.name} of kind ${other}`, {
      hint: 'compare two runs that did the same',
    })
  }
  if (base.by === 'tune' && now.by === 'tune') {
    const [before, after] = [base.sittings.at(-1)?.[0], now.sittings.at(-1)?.[0]]
    return before === undefined || after === undefined ? [] : allDifferences(before, after)
  }
  if (base.by === 'tune' || now.by === 'tune' || base.file.title !== now.file.title) return []
  return [...differing(base.file.asked, now.file.asked), ...sizesBetween(base.file, now.file)]
}

/** MB/s are printed with two decimals: below this they tell no size. */
const TELLING_BYTES_PER_SEC = 100_000
/** What is left is rounding, or records of many sizes. */
const LIKE = 1.2

/** Where the size of records is told by the two rates alone. */
function sizesBetween(base: ForeignFile, now: ForeignFile): Difference[] {
  const [was, is] = [bytesARecord(base), bytesARecord(now)]
  if (was === undefined || is === undefined || Math.max(was / is, is / was) < LIKE) return []
  return [{ name: 'bytes a record', base: was.toFixed(0), now: is.toFixed(0) }]
}

function bytesARecord({ runs }: ForeignFile): number | undefined {
  const sizes = runs.flatMap(({ metrics: { bytesPerSec = 0, recordsPerSec = 0 } }) =>
    bytesPerSec < TELLING_BYTES_PER_SEC || recordsPerSec === 0 ? [] : [bytesPerSec / recordsPerSec],
  )
  return sizes.length === 0 ? undefined : spread(sizes).median
}

function kindOf(side: ComparedSide): string | undefined {
  return side.by === 'tune' ? side.sittings.at(-1)?.[0]?.kind : side.file.kind
}

function differing(
  base: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): Difference[] {
  return [...new Set([...Object.keys(base), ...Object.keys(now)])]
    .map((name) => ({ name, base: base[name] ?? 'not told', now: now[name] ?? 'not told' }))
    .filter((one) => one.base !== one.now)
}

/** What a reader has to know of what was read. */
export function warningsOf(base: ComparedSide, now: ComparedSide): Diff['warnings'] {
  const sides = [base, now]
  const tools = new Set(sides.map((side) => (side.by === 'tune' ? 'tune' : side.file.title)))
  return [
    ...sides.flatMap(untrusted),
    ...sides.flatMap((side) =>
      side.by === 'tune'
        ? []
        : (side.file.notes ?? []).map((note) => ({ id: 'other-tool', text: `${side.name}: ${note}` })),
    ),
    ...(tools.size > 1
      ? [
          {
            id: 'two-tools',
            text: `measured by ${[...tools].join(' and by ')}: only what both tell is compared, and what was asked is not checked`,
          },
        ]
      : []),
    ...calledWarnings(base, now),
  ]
}

function calledWarnings(base: ComparedSide, now: ComparedSide): Diff['warnings'] {
  if (base.by === 'tune' || now.by === 'tune') return []
  return differing(base.file.called ?? {}, now.file.called ?? {}).map((one) => ({
    id: `other-${one.name}`,
    text: `${one.name} ${one.base} -> ${one.now}`,
  }))
}

function untrusted(side: ComparedSide): Diff['warnings'] {
  if (side.by === 'other') return []
  const reasons = reasonsAgainst(side)
  const [why] = reasons
  if (why === undefined) return []
  const bad = `${reasons.length} of ${plural(side.sittings.flat().length, 'run')}`
  const are = reasons.length === 1 ? 'is' : 'are'
  return [{ id: 'untrusted-runs', text: `${bad} of ${side.name} ${are} not to be trusted: ${why}` }]
}

/** The median run is one of those that are not to be trusted, more likely than not. */
export function isMostlyUntrusted(side: ComparedSide): boolean {
  return side.by === 'tune' && 2 * reasonsAgainst(side).length > side.sittings.flat().length
}

/** Of each run that is not to be trusted. */
function reasonsAgainst({ sittings }: Extract<ComparedSide, { by: 'tune' }>): string[] {
  return sittings.flat().flatMap((run) => whyNotTrusted(run) ?? [])
}
