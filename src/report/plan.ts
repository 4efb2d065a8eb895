/** The report of a plan: the answer, checks, the guide's tuning order, what it rests on, and how far it reaches. */
import type { Plan } from '../plan/schema.ts'
import { formatCount, formatNumber, formatRate, formatShare } from '../units.ts'
import { MISSING } from './format.ts'
import type { Level, ListSection, Report, Section, TableSection } from './model.ts'
import { planViews } from './views/plan.ts'

type Item = ListSection['items'][number]
type PlanAnswer = Plan['answers'][number]

/** @param notes under the answer, as what was written where */
export function planReport(plan: Plan, notes: readonly string[] = []): Report {
  return {
    title: 'tune plan',
    subtitle: [],
    banner: { level: worst(plan.checks), text: plan.text, notes: [firstToBreak(plan), ...notes] },
    sections: [
      list(
        'checks',
        'Do the answers agree',
        plan.checks.map(({ id, level, text }) => ({ label: id, text: `${level}: ${text}`, level })),
      ),
      ...plan.order.flatMap(({ step, title }, n) => stepSections(plan, step, `${n + 1}. ${title}`)),
      ...headroomSection(plan),
      limitsSection(plan),
      grownSection(plan),
      ...optional(
        'sensitivity',
        'Which input moves the answers most (20 % less and more, each alone)',
        plan.sensitivity.slice(0, STRONGEST).map(sensitivityItem(plan)),
      ),
      ...optional(
        'assumptions',
        'Assumptions: what the file does not say',
        plan.assumptions.map(assumptionItem),
      ),
    ],
    data: plan,
    views: planViews(plan),
  }
}

/** More would hide which matter. */
const STRONGEST = 8

function worst(checks: Plan['checks']): Level {
  const levels = checks.map(({ level }) => level)
  return levels.includes('critical') ? 'critical' : levels.includes('warn') ? 'warn' : 'ok'
}

function list(id: string, title: string, items: readonly Item[]): Section {
  return { id, kind: 'list', title, items }
}

function optional(id: string, title: string, items: readonly Item[]): Section[] {
  return items.length === 0 ? [] : [list(id, title, items)]
}

function firstToBreak({ limits }: Plan): string {
  const [first] = limits.parts
  if (first?.holdsUpTo === undefined) return 'nothing that was counted breaks up to 1,000 times the peak'
  return `breaks first: ${first.title}, at ${factor(first.holdsUpTo)} of today's peak`
}

function factor(value: number): string {
  return `${formatNumber(value)}x`
}

/** The answers of a step, its settings, and what to paste. */
function stepSections({ answers, settings }: Plan, step: PlanAnswer['step'], title: string): Section[] {
  const own = answers.filter((answer) => answer.step === step)
  const groups = settings.filter((group) => group.step === step)
  if (own.length === 0 && groups.length === 0) {
    return [list(step, title, [{ label: 'nothing', text: 'the file asks for nothing here' }])]
  }
  return [
    ...optional(step, title, own.map(answerItem)),
    ...groups.map(
      (group, n): Section => ({
        id: `${step}-${group.id}`,
        kind: 'code',
        title: own.length === 0 && n === 0 ? `${title}: ${group.title}` : `To paste: ${group.title}`,
        language: group.language,
        lines: group.settings.map(
          ({ key, value }) => `${key}=${group.language === 'sh' ? `"${value}"` : value}`,
        ),
      }),
    ),
    ...own.flatMap(({ id, sizing, title: of }) =>
      sizing.commands.map(
        ({ about, language, lines }, n): Section => ({
          id: `${id}-command-${n + 1}`,
          kind: 'code',
          title: `To paste: ${of}: ${about}`,
          language,
          lines,
        }),
      ),
    ),
  ]
}

function answerItem({ title, have, sizing, command }: PlanAnswer): Item {
  const there = have === undefined ? '' : ` (there are ${formatCount(have)})`
  return {
    label: title,
    text: `${sizing.answer.text}${there}`,
    ...(sizing.warnings.length > 0 ? { level: 'warn' } : {}),
    notes: [...sizing.warnings.map(({ id, text }) => `${id}: ${text}`), `every step: ${command}`],
  }
}

function headroomSection({ headroom }: Plan): Section[] {
  if (headroom.length === 0) return []
  return [
    {
      id: 'headroom',
      kind: 'table',
      title: 'Headroom at peak, and after a loss',
      columns: [
        { title: 'what is used', align: 'left' },
        { title: 'at peak', align: 'right' },
        { title: 'lost', align: 'left', drop: 1 },
        { title: 'then', align: 'right' },
      ],
      rows: headroom.map(({ title, lost, before, after, level }) => ({
        cells: [
          title,
          formatShare(before),
          lost === '' ? 'by the service' : `one ${lost}`,
          after === undefined ? MISSING : formatShare(after),
        ],
        level,
      })),
      levelColumn: 0,
    },
  ]
}

function limitsSection({ limits, answers }: Plan): Section {
  const peak = Number(answers.find(({ id }) => id === 'partitions')?.sizing.inputs.rate?.value ?? 0)
  return {
    id: 'limits',
    kind: 'table',
    title: 'What breaks first as the load grows',
    columns: [
      { title: 'part', align: 'left' },
      { title: 'planned', align: 'right' },
      ...limits.loads.map((load, n) => loadColumn(`at ${factor(load)}`, n, limits.loads.length)),
      { title: 'holds up to', align: 'right' },
    ],
    rows: limits.parts.map(({ title, have, needs, holdsUpTo }) => ({
      cells: [
        title,
        formatNumber(have),
        ...needs.map((need) =>
          need === null ? MISSING : `${formatNumber(round(need))}${need > have ? ' !' : ''}`,
        ),
        holdsUpTo === undefined ? MISSING : factor(holdsUpTo),
      ],
    })),
    notes: [
      `loads are multiples of today's peak, ${formatRate(peak)}; needed is what it takes with every capacity used in full; ! is where the plan is not enough`,
    ],
  }
}

/** Where a terminal is narrow, the loads between today's and the largest go. */
function loadColumn(title: string, n: number, all: number): TableSection['columns'][number] {
  return { title, align: 'right', ...(n === 0 || n === all - 1 ? {} : { drop: n }) }
}

/** `storage (GiB)`; what `partitions` are counted in they say themselves. */
function withUnit(title: string, unit: string): string {
  return unit === '' || title.includes(unit) ? title : `${title} (${unit})`
}

/** A number without a unit is a share, in every calculator. */
function valueText(value: number | undefined, unit: string): string {
  if (value === undefined) return MISSING
  return unit === '' ? formatShare(value) : formatNumber(round(value))
}

function round(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(3))
}

function grownSection({ grown, answers }: Plan): Section {
  const notes = grown.flatMap(({ load, refused, warnings }) =>
    refused === undefined
      ? warnings.length === 0
        ? []
        : [`at ${factor(load)} also: ${warnings.join(', ')}`]
      : [`at ${factor(load)} there is no plan: ${refused}`],
  )
  return {
    id: 'grown',
    kind: 'table',
    title: 'What the same plan would be for more load',
    columns: [
      { title: 'answer', align: 'left' },
      ...grown.map(({ load }, n) => loadColumn(factor(load), n, grown.length)),
    ],
    rows: answers.map(({ id, title, sizing }) => ({
      cells: [
        withUnit(title, sizing.answer.unit),
        ...grown.map(({ values }) => valueText(values[id], sizing.answer.unit)),
      ],
    })),
    ...(notes.length === 0 ? {} : { notes }),
  }
}

function sensitivityItem({ answers }: Plan): (one: Plan['sensitivity'][number]) => Item {
  const moves = (found: Plan['sensitivity'][number]['less']) =>
    found.length === 0
      ? 'nothing'
      : found
          .map(({ id, from, to }) => {
            const answer = answers.find((one) => one.id === id)
            const unit = answer?.sizing.answer.unit ?? ''
            return `${answer?.title ?? id} ${valueText(from, unit)} → ${valueText(to, unit)}`
          })
          .join(', ')
  return ({ path, text, less, more, most }) => ({
    label: path,
    text: `${text}: moves an answer by ${formatShare(most, 0)}`,
    notes: [`less: ${moves(less)}`, `more: ${moves(more)}`],
  })
}

function assumptionItem({ path, text, answers }: Plan['assumptions'][number]): Item {
  return { label: path, text: answers.length === 0 ? text : `${text} (${answers.join(', ')})` }
}
