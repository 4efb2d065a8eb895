/**
 * Computes a sizing again from what is printed, as a person with a pocket calculator would: own arithmetic, and nothing
 * of the code that is tested.
 */

export interface Redone {
  readonly name: string
  /** As printed at the end of the line. */
  readonly printed: number
  /** From the numbers that are filled in; undefined where the line is a bare number. */
  readonly fromNumbers: number | undefined
  /** From the names, with the values printed for inputs and earlier steps. */
  readonly fromNames: number | undefined
}

const CALCULATOR: Readonly<Record<string, (...values: number[]) => number>> = {
  ceil: (value = 0) => Math.ceil(twelveDigits(value)),
  floor: (value = 0) => Math.floor(twelveDigits(value)),
  round: (value = 0) => Math.round(twelveDigits(value)),
  sqrt: Math.sqrt,
  ln: Math.log,
  log2: Math.log2,
  max: (...values) => Math.max(...values),
  min: (...values) => Math.min(...values),
  sum: (...values) => values.reduce((sum, value) => sum + value, 0),
  pow2: (value = 0) => 2 ** value,
  lcm: (a = 1, b = 1) => {
    let multiple = a
    while (multiple % b !== 0) multiple += a
    return multiple
  },
}

function twelveDigits(value: number): number {
  return Number(value.toPrecision(12))
}

/** Six significant digits, whole numbers and what is above a million in full: as docs/sizing.md says. */
function written(value: number): number {
  if (Number.isInteger(value)) return value
  return Math.abs(value) >= 1e6 ? Math.round(value) : Number(value.toPrecision(6))
}

function compute(arithmetic: string, names: ReadonlyMap<string, number>): number {
  const all = { ...CALCULATOR, ...Object.fromEntries(names) }
  const script = arithmetic.replaceAll(/(\d),(?=\d{3})/g, '$1').replaceAll('×', '*')
  return written(
    Number(Reflect.construct(Function, [...Object.keys(all), `return ${script}`])(...Object.values(all))),
  )
}

function number(text: string): number {
  return Number(/-?[\d,]+(?:\.\d+)?/.exec(text)?.[0].replaceAll(',', ''))
}

function lines(markdown: string, title: string): [name: string, text: string][] {
  const section = markdown.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? ''
  return [...section.matchAll(/^- \*\*(.+?)\*\*: (.*)$/gm)].map(([, name = '', text = '']) => [
    name,
    text.replaceAll(/\\([\\|*_<>`])/g, '$1'),
  ])
}

function inputs(markdown: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const [name, text] of lines(markdown, 'Inputs, as understood')) {
    const counted = text.split(' = ').at(-1) ?? ''
    const values = counted.split(', ')
    for (const [n, value] of values.entries())
      found.set(values.length > 1 ? `${name}${n + 1}` : name, number(value))
    if (values.length === 1) found.set(`${name}1`, number(counted))
  }
  // Words are no names of formulas; one of them is `for`.
  return new Map([...found].filter(([, value]) => !Number.isNaN(value)))
}

/** Every step (or every number of the guide's) of a printed report. */
export function redo(markdown: string, title: 'Steps' | 'What the guide says' = 'Steps'): Redone[] {
  const known = inputs(markdown)
  if (title !== 'Steps')
    for (const [name, text] of lines(markdown, 'Steps'))
      known.set(name, number(text.split(' = ').at(-1) ?? ''))
  return lines(markdown, title).map(([name, text]) => {
    const parts = text.split(' = ')
    const printed = number(parts.at(-1) ?? '')
    const names = parts.length > 1 ? parts[0] : undefined
    const numbers = parts.length > 1 ? parts.at(-2) : undefined
    const redone = {
      name,
      printed,
      fromNumbers: numbers === undefined ? undefined : compute(numbers, known),
      fromNames: names === undefined ? undefined : compute(names, known),
    }
    if (title === 'Steps') known.set(name, printed)
    return redone
  })
}

/** The bold line on top. */
export function answerLine(markdown: string): string {
  return /^\*\*(.*)\*\*$/m.exec(markdown)?.[1] ?? ''
}
