/** The report of a comparison: the answer in one sentence with metric, size and interval, then metric by metric. */
import { type Change, type Diff, judged } from '../core/diff.ts'
import { isMetricName, metric as metricOf } from '../core/metrics.ts'
import { MISSING, plural } from './format.ts'
import { metricTitle, metricValueText } from './metric-text.ts'
import type { Report, Row, Section } from './model.ts'
import { DIFF_LEVELS, diffViews } from './views/diff.ts'

/** Of a comparison that made its baseline. */
export const FIRST_SITTING = 'first-sitting'

export function diffReport(diff: Diff): Report {
  const { base, now, mode, pairing } = diff
  return {
    title: `tune baseline diff --${mode}`,
    subtitle: [
      `base: ${base.name} (${plural(base.runs, 'run')})`,
      `now: ${now.name} (${plural(now.runs, 'run')})`,
      ...(pairing === undefined ? [] : [pairingText(pairing)]),
    ],
    banner: { level: DIFF_LEVELS[diff.verdict], text: answer(diff), notes: [] },
    sections: [
      ...(diff.changes.length === 0 ? [] : [changesSection(diff)]),
      ...notComparedSection(diff),
      ...differencesSection(diff),
      ...(diff.warnings.length === 0
        ? []
        : [
            {
              id: 'warnings',
              kind: 'list' as const,
              title: 'Warnings',
              items: diff.warnings.map(({ id, text }) => ({ label: id, text, level: 'warn' as const })),
            },
          ]),
    ],
    data: diff,
    views: diffViews(diff, { answer: answer(diff), of: (change) => caseText(change, mode) }),
  }
}

function pairingText({ pairs, replaced, endedBy }: NonNullable<Diff['pairing']>): string {
  const why = {
    verdict: 'ended by its verdict',
    looks: 'ended with the last look',
    budget: 'ended by --budget',
    interrupt: 'interrupted',
    invalid: 'too many runs were not to be trusted',
  }[endedBy]
  return [
    plural(pairs, 'pair'),
    ...(replaced > 0 ? [`${plural(replaced, 'run')} made again`] : []),
    why,
  ].join(', ')
}

/** The first line: what a person or a log reader takes away. */
function answer(diff: Diff): string {
  const deciding = judged(diff)
  const of = (verdict: Change['verdict']) => deciding.filter((change) => change.verdict === verdict)
  const tell = (changes: readonly Change[]) =>
    changes.map((change) => changeText(change, diff.mode)).join('; ')
  switch (diff.verdict) {
    case 'regression':
      return `regression: ${tell(of('regression'))}`
    case 'suspect':
      return `suspect: ${tell(of('suspect'))}; no more can be said of so few sittings: runs made in turn would tell (--paired)`
    case 'improvement':
      return `improvement: ${tell(of('improvement'))}`
    case 'pass':
      return `no regression: ${deciding.map(passText).join('; ')}`
    case 'inconclusive':
      if (diff.warnings.some(({ id }) => id === FIRST_SITTING)) {
        return 'nothing to compare with yet: this sitting is the first of its baseline'
      }
      if (diff.pairing?.pairs === 0) return 'inconclusive: no pair of runs was made'
      return deciding.length === 0
        ? 'inconclusive: no metric could be judged'
        : `inconclusive: ${of('inconclusive').map(unsureText).join('; ') || 'too few pairs were made'}`
    case 'invalid':
      return 'invalid: too many runs were not to be trusted (the machine was busy, or tune itself was the limit)'
  }
}

/** With all that speaks for it, or against it. */
function caseText(change: Change, mode: Diff['mode']): string {
  if (change.verdict === 'pass') return passText(change)
  return change.verdict === 'inconclusive' ? unsureText(change) : changeText(change, mode)
}

function changeText({ metric, base, now, ratio, interval }: Change, mode: Diff['mode']): string {
  // A stored interval is not of the change: it is where no change would lie
  const expected = mode === 'stored' ? 'expected ' : ''
  const range =
    interval === undefined ? '' : ` (${expected}${percentText(interval[0])} to ${percentText(interval[1])})`
  return `${metricTitle(metric)} ${percentText(ratio)}${range}, ${metricValueText(metric, base)} → ${metricValueText(metric, now)}`
}

function passText({ metric, ratio, minDetectable }: Change): string {
  const seen = minDetectable === undefined ? '' : ` (${share(minDetectable)} worse would have been seen)`
  return `${metricTitle(metric)} ${percentText(ratio)}${seen}`
}

function unsureText({ metric, ratio, interval, pairsNeeded }: Change): string {
  const range = interval === undefined ? '' : ` (${percentText(interval[0])} to ${percentText(interval[1])})`
  const needed = pairsNeeded === undefined ? '' : `, about ${plural(pairsNeeded, 'pair')} would tell`
  return `${metricTitle(metric)} ${percentText(ratio)}${range}${needed}`
}

function changesSection({ changes, mode, rules }: Diff): Section {
  // With few sittings nothing but the figures is known
  const isJudged = changes.some(({ interval }) => interval !== undefined)
  const drop = isJudged ? DROPPED : DROPPED_UNJUDGED
  return {
    id: 'changes',
    kind: 'table',
    title: 'Changes',
    columns: [
      { title: '', align: 'left' },
      { title: 'base', align: 'right', drop: drop.base },
      { title: 'now', align: 'right', drop: drop.now },
      { title: 'change', align: 'right' },
      { title: mode === 'paired' ? '95 % interval' : 'expected', align: 'right', drop: drop.interval },
      { title: 'p', align: 'right', drop: drop.p },
      { title: 'n', align: 'right', drop: drop.n },
      { title: 'seen from', align: 'right', drop: drop.seen },
      { title: 'verdict', align: 'left' },
    ],
    levelColumn: 8,
    rows: changes.map((change) => changeRow(change, mode)),
    marks: [{ at: 1, title: 'no change' }],
    notes: [
      ...changes.flatMap(({ metric, reason }) =>
        reason === undefined ? [] : [`${metricTitle(metric)}: ${reason}`],
      ),
      `a regression is surely worse and by ${share(rules.smallestChange)} or more; what is surely less than ${share(rules.tolerance)} worse passes; ~ = nothing can be said`,
      `p = chance of as much without a change; n = ${mode === 'paired' ? 'pairs of runs' : 'stored sittings'}; seen from = ${SEEN[mode]}`,
      ...(mode === 'paired' ? [] : [EXPECTED]),
    ],
  }
}

/** What a narrow terminal leaves out, the highest first. What is judged needs its interval more than its figures. */
const DROPPED = { base: 6, now: 5, p: 4, n: 3, seen: 2, interval: 1 } as const
const DROPPED_UNJUDGED = { p: 6, seen: 5, interval: 4, n: 3, base: 2, now: 1 } as const

const SEEN: Readonly<Record<Diff['mode'], string>> = {
  paired: 'a worsening that 9 of 10 such comparisons find',
  stored: 'the smallest worsening that would have been called one',
}
const EXPECTED = 'expected = where the next sitting of an unchanged system lies: with few sittings, anywhere'

function changeRow(change: Change, mode: Diff['mode']): Row {
  const { metric, base, now, ratio, interval, p, n, minDetectable, verdict } = change
  // Of pairs the interval is of the change; of sittings it is where no change lies
  const none = mode === 'paired' ? 1 : ratio
  const isNothing = interval !== undefined && interval[0] <= none && none <= interval[1]
  return {
    cells: [
      metricTitle(metric),
      metricValueText(metric, base),
      metricValueText(metric, now),
      isNothing && verdict !== 'regression' ? '~' : percentText(ratio),
      interval === undefined ? MISSING : `${percentNumber(interval[0])} … ${percentText(interval[1])}`,
      p === undefined ? MISSING : p.toFixed(4),
      String(n),
      minDetectable === undefined ? MISSING : share(minDetectable),
      verdict,
    ],
    level: DIFF_LEVELS[verdict],
    ...(interval === undefined ? {} : { interval: { low: interval[0], at: ratio, high: interval[1] } }),
  }
}

function notComparedSection({ notCompared = [] }: Diff): Section[] {
  if (notCompared.length === 0) return []
  return [
    {
      id: 'not-compared',
      kind: 'list',
      title: 'Not compared',
      items: notCompared.map(({ metric, base, now }) => ({
        label: metricTitle(metric),
        text: whyNotCompared(metric, base, now),
        level: isWorseThanNothing(metric, base, now) ? 'warn' : 'not measured',
      })),
    },
  ]
}

/** Errors, losses, repeats where there were none. */
function isWorseThanNothing(name: string, base: number | null, now: number | null): boolean {
  return base === 0 && now !== null && now > 0 && isMetricName(name) && metricOf(name).better === 'lower'
}

function whyNotCompared(metric: string, base: number | null, now: number | null): string {
  if (base === null && now === null) return 'not measured on either side'
  if (base === null) return `not measured on the base side (now ${metricValueText(metric, now)})`
  if (now === null) return `not measured now (base ${metricValueText(metric, base)})`
  return `${metricValueText(metric, base)} → ${metricValueText(metric, now)}: there is no ratio to nothing`
}

function differencesSection({ differences }: Diff): Section[] {
  if (differences.length === 0) return []
  return [
    {
      id: 'differences',
      kind: 'table',
      title: 'What differs between the sides',
      columns: [
        { title: '', align: 'left' },
        { title: 'base', align: 'left' },
        { title: 'now', align: 'left' },
      ],
      rows: differences.map(({ name, base, now }) => ({ cells: [name, base, now] })),
    },
  ]
}

/** 1.204 -> `+20.4 %` */
function percentText(ratio: number): string {
  return `${percentNumber(ratio)} %`
}

function percentNumber(ratio: number): string {
  const percent = ((ratio - 1) * 100).toFixed(1)
  if (Number(percent) === 0) return '+0.0'
  return percent.startsWith('-') ? percent : `+${percent}`
}

function share(of1: number): string {
  return `${+(of1 * 100).toFixed(1)} %`
}
