/** The report of a sizing: the answer, the steps it follows from, warnings, what to paste, the guide's numbers. */
import type { Sizing } from '../sizing/schema.ts'
import { formatNumber, formatShare, unitText } from '../units.ts'
import type { ListSection, Report, Section } from './model.ts'
import { sizingViews } from './views/sizing.ts'

export function sizingReport(sizing: Sizing): Report {
  const sources = [...new Set(sizing.steps.flatMap(({ source }) => source ?? []))]
  return {
    title: `tune size ${sizing.calculator}`,
    subtitle: [],
    banner: {
      level: sizing.warnings.length > 0 ? 'warn' : 'ok',
      text: sizing.answer.text,
      notes: guideNotes(sizing),
    },
    sections: [
      stepsSection(sizing, sources),
      ...list(
        'warnings',
        'Warnings',
        sizing.warnings.map(({ id, text }) => ({ label: id, text, level: 'warn' })),
      ),
      ...sizing.commands.map(
        ({ about, language, lines }, n): Section => ({
          id: `command-${n + 1}`,
          kind: 'code',
          title: `To paste: ${about}`,
          language,
          lines,
        }),
      ),
      ...list('guide', 'What the guide says', sizing.guide.map(guideItem)),
      ...curveSection(sizing),
      ...list('inputs', 'Inputs, as understood', Object.entries(sizing.inputs).map(inputItem)),
      ...list(
        'sources',
        'Sources',
        sources.map((text, n) => ({ label: `[${n + 1}]`, text })),
      ),
    ],
    data: sizing,
    views: sizingViews(sizing),
  }
}

type Item = ListSection['items'][number]

function list(id: string, title: string, items: readonly Item[]): Section[] {
  return items.length === 0 ? [] : [{ id, kind: 'list', title, items }]
}

/** The guide's numbers for the very answer, on the second line; with their unit, unless the first line has named it. */
function guideNotes({ guide, answer }: Sizing): string[] {
  const isNamed = answer.unit.length > 1 && answer.text.includes(answer.unit)
  const text = (value: number) =>
    answer.unit === ''
      ? formatShare(value)
      : isNamed
        ? formatNumber(value)
        : `${formatNumber(value)} ${unitText(value, answer.unit)}`
  const numbers = guide
    .filter(({ unit }) => unit === answer.unit)
    .map(({ name, value }) => `${text(value)} (${name})`)
  return numbers.length === 0 ? [] : [`the guide: ${numbers.join(', ')}; why it differs is below`]
}

type Computed = Pick<Sizing['steps'][number], 'formula' | 'numbers' | 'value' | 'unit'>

/** `rate × growth = 100,000 × 1.5 = 150,000 records/s`; what would say the same twice is said once. */
function equation({ formula, numbers, value, unit }: Computed): string {
  const result = formatNumber(value)
  const parts = [formula, numbers, result].filter((part, n, all) => part !== all[n - 1])
  return `${parts.join(' = ')} ${unitText(value, unit)}`.trimEnd()
}

function stepsSection({ steps }: Sizing, sources: readonly string[]): Section {
  return {
    id: 'steps',
    kind: 'list',
    title: 'Steps',
    items: steps.map((step) => {
      const mark = step.source === undefined ? '' : ` [${sources.indexOf(step.source) + 1}]`
      return { label: step.name, text: equation(step), notes: [`${step.about}${mark}`] }
    }),
  }
}

function guideItem(entry: Sizing['guide'][number]): Item {
  return { label: entry.name, text: equation(entry), notes: [`${entry.says}: ${entry.why}`] }
}

const BAR = 30

function curveSection({ curve }: Sizing): Section[] {
  if (curve === undefined) return []
  const highest = Math.max(...curve.points.map(({ y }) => y))
  const title = ({ name, unit }: { name: string; unit: string }) =>
    unit === '' || unit === name ? name : `${name} (${unit})`
  return [
    {
      id: 'curve',
      kind: 'table',
      title: curve.title,
      columns: [
        { title: title(curve.x), align: 'right' },
        { title: title(curve.y), align: 'right' },
        { title: '', align: 'left', drop: 1 },
      ],
      rows: curve.points.map(({ x, y }) => ({
        cells: [formatNumber(x), formatNumber(fourDigits(y)), bar(y, highest)],
      })),
    },
  ]
}

/** Enough to see how it goes; whole numbers in full. */
function fourDigits(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4))
}

function bar(value: number, highest: number): string {
  return '█'.repeat(highest > 0 ? Math.max(1, Math.round((value / highest) * BAR)) : 0)
}

/** `1 KiB = 1,024 B (default)`, and where a measured one comes from. */
function inputItem([name, { value, unit, text, from, source }]: [string, Sizing['inputs'][string]]): Item {
  const numbers = (Array.isArray(value) ? value : [value]).map((one) =>
    typeof one === 'number' ? formatNumber(one) : one,
  )
  const counted = `${numbers.join(', ')} ${unit}`.trimEnd()
  const isSame =
    counted === text || counted === `${text}s` || counted.replace(/ (records)?\/s$/, '/s') === text
  return {
    label: name,
    text: `${isSame ? text : `${text} = ${counted}`}${from === 'given' ? '' : ` (${from})`}`,
    notes: source === undefined ? [] : [source],
  }
}
