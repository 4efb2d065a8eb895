import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPORTERS } from '../../src/report/reporters.ts'
import { sizingReport } from '../../src/report/sizing.ts'
import type { Calculator } from '../../src/sizing/calculator.ts'
import { CALCULATORS, type CalculatorName } from '../../src/sizing/index.ts'
import { sizingSchema } from '../../src/sizing/schema.ts'
import { allCases, CASES, sizingOf } from './cases.ts'
import { answerLine, redo } from './redo.ts'

const GOLDEN = resolve(import.meta.dirname, '../golden/sizing')
const PLAIN = { columns: 80, color: false, unicode: true }

const print = (report: 'table' | 'markdown', sizing: ReturnType<typeof sizingOf>, style = PLAIN) =>
  REPORTERS[report](sizingReport(sizing), style)

describe.each(allCases())('tune size $name, case $n', ({ name, texts }) => {
  const sizing = sizingOf(name, texts)
  const markdown = print('markdown', sizing)

  it('can be computed again from its printed steps', () => {
    const steps = redo(markdown)
    expect(steps.map((step) => step.name)).toEqual(sizing.steps.map((step) => step.name))
    for (const step of steps) {
      expect(step.printed, step.name).toBe(sizing.steps.find((made) => made.name === step.name)?.value)
      expect(step.fromNumbers ?? step.printed, `${step.name} from its numbers`).toBe(step.printed)
      expect(step.fromNames ?? step.printed, `${step.name} from its names`).toBe(step.printed)
    }
  })

  it('has the answer among its steps, and says it first', () => {
    const answered = redo(markdown).find((step) => step.name === sizing.answer.step)
    expect(answered?.printed).toBe(sizing.answer.value)
    expect(answerLine(markdown).replaceAll('\\', '')).toBe(sizing.answer.text)
  })

  it('shows how the numbers of the guide come about', () => {
    for (const number of redo(markdown, 'What the guide says')) {
      expect(number.fromNumbers ?? number.printed, number.name).toBe(number.printed)
      expect(number.fromNames ?? number.printed, number.name).toBe(number.printed)
    }
  })

  it('names each step and each warning once, and decides by a step or an input', () => {
    const names = [...sizing.steps.map((step) => step.name), ...Object.keys(sizing.inputs)]
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(sizing.warnings.map(({ id }) => id)).size).toBe(sizing.warnings.length)
    const { limitedBy } = sizing.answer
    if (limitedBy !== undefined) expect(names).toContain(limitedBy)
  })

  it('is valid by its schema, and JSON keeps it whole', () => {
    const parsed: unknown = JSON.parse(REPORTERS.json(sizingReport(sizing)))
    expect(parsed).toEqual(sizing)
    expect(sizingSchema.strict().parse(parsed)).toEqual(sizing)
  })

  it('shows a terminal the same as Markdown, in 60 columns and in ASCII too', () => {
    const whole = (text: string) => text.replaceAll(/\s+/g, ' ')
    const table = whole(print('table', sizing, { ...PLAIN, columns: 60 }))
    for (const { numbers } of sizing.steps) expect(table).toContain(whole(numbers))
    expect(print('table', sizing, { ...PLAIN, unicode: false })).toMatch(/^[\n -~]*$/)
  })
})

/** The first case of a calculator, and of each of its variants. */
function firstCases(): { file: string; name: CalculatorName; texts: Readonly<Record<string, string>> }[] {
  return (Object.keys(CASES) as CalculatorName[]).flatMap((name) => {
    const { variants }: Calculator = CALCULATORS[name]
    const cases: readonly Readonly<Record<string, string>>[] = CASES[name]
    if (variants === undefined) return [{ file: name, name, texts: CASES[name][0] }]
    return Object.keys(variants.of).map((word) => {
      const texts = cases.find((one) => one[variants.key] === word)
      if (texts === undefined) throw new Error(`${name} has no case of ${word}`)
      return { file: `${name}-${word}`, name, texts }
    })
  })
}

describe('the report of', () => {
  it.each(firstCases())('$file looks as it did', async ({ file, name, texts }) => {
    const sizing = sizingOf(name, texts)
    await expect(print('table', sizing)).toMatchFileSnapshot(join(GOLDEN, `${file}.txt`))
    await expect(print('markdown', sizing)).toMatchFileSnapshot(join(GOLDEN, `${file}.md`))
  })
})
