import { Command, Option } from 'commander'
import { REPORT_NAMES, type ReportName } from '../report/names.ts'
import type { Calculator } from '../sizing/calculator.ts'
import { flagOf, type Input, kindOf } from '../sizing/inputs.ts'
import { LOADERS } from '../sizing/loaders.ts'
import type { Io } from './io.ts'
import { OUTPUT_FLAG, reportPlace } from './report-place.ts'
import { FROM, readSaved } from './saved-runs.ts'

interface AnswerFlags {
  from?: string[]
  report: ReportName
  output?: string
  json?: boolean
}

/** What commander hands over: texts of inputs, and how to answer. */
type Flags = AnswerFlags & Readonly<Record<string, unknown>>

/**
 * `tune size NAME`: a calculator each; flags and help come from its table of inputs.
 * @param words of the command line after `size`; where the first is a calculator, only that one is loaded
 */
export async function load(words: readonly string[] = []): Promise<{ command: (io: Io) => Command }> {
  const names = Object.keys(LOADERS)
  const all = Object.entries<() => Promise<Calculator>>(LOADERS)
  const called = words[0] !== undefined && names.includes(words[0]) ? words[0] : undefined
  const calculators = await Promise.all(
    all.filter(([name]) => called === undefined || name === called).map(([, load]) => load()),
  )
  return {
    command(io) {
      const size = new Command('size').description('capacity planning: what a load needs, with every step')
      for (const calculator of calculators) size.addCommand(calculatorCommand(calculator, io))
      return size
    },
  }
}

function calculatorCommand(calculator: Calculator, io: Io): Command {
  const { name, about, inputs, example } = calculator
  const made = new Command(name).description(about)
  for (const [key, input] of Object.entries(inputs)) {
    made.addOption(inputOption(calculator, key, input).helpGroup(groupOf(calculator, key)))
  }
  const answer = [
    ...(takesResults(calculator) ? [new Option('--from <result...>', FROM)] : []),
    new Option('--report <format>', 'how to print it').choices(REPORT_NAMES).default('table'),
    new Option(...OUTPUT_FLAG),
    new Option('--json', 'as --report json').conflicts('report'),
  ]
  for (const option of answer) made.addOption(option.helpGroup('Answer:'))
  made.addHelpText('after', `\nFor example:\n  $ ${example}`)
  return made.action((flags: Flags) => answerWith(calculator, flags, io))
}

/** Words of the choice whose variants have an input. */
function wordsWith({ variants }: Calculator, key: string, has: (input: Input) => boolean): string[] {
  return Object.entries(variants?.of ?? {}).flatMap(([word, { inputs }]) => {
    const input = inputs[key]
    return input !== undefined && has(input) ? [word] : []
  })
}

/** `Inputs:` for all, `With --kind debezium:` where a choice decides whether there is such an input. */
function groupOf(calculator: Calculator, key: string): string {
  const { variants } = calculator
  if (variants === undefined) return 'Inputs:'
  const words = wordsWith(calculator, key, () => true)
  const isEverywhere = key === variants.key || words.length === Object.keys(variants.of).length
  return isEverywhere ? 'Inputs:' : `With ${flagOf(variants.key)} ${words.join(', ')}:`
}

function isNeeded(input: Input): boolean {
  return input.default === undefined && input.optional !== true
}

/** What holds where an input is not given: its default, that it is needed, or where it is; undefined where nothing does. */
function without(calculator: Calculator, key: string, input: Input): string | undefined {
  const { exactlyOne, variants } = calculator
  const rivals = exactlyOne.find((keys) => keys.includes(key))?.filter((other) => other !== key)
  if (rivals !== undefined) return `or ${rivals.map(flagOf).join(', ')}`
  const all = wordsWith(calculator, key, () => true)
  const needing = wordsWith(calculator, key, isNeeded)
  if (variants !== undefined && needing.length > 0 && needing.length < all.length) {
    return `needed with ${flagOf(variants.key)} ${needing.join(', ')}`
  }
  return isNeeded(input) ? 'needed' : input.default
}

function inputOption(calculator: Calculator, key: string, input: Input): Option {
  const placeholder = input.kind === 'choice' ? 'name' : kindOf(input).placeholder
  const unless = without(calculator, key, input)
  const option = new Option(
    `${flagOf(key)} <${placeholder}>`,
    unless === undefined ? input.about : `${input.about} (${unless})`,
  )
  // For completion only: the table's own reader names the nearest choice.
  if (input.kind === 'choice') option.argChoices = [...input.choices]
  return option
}

function takesResults({ inputs }: Calculator): boolean {
  return Object.values(inputs).some((input) => input.kind !== 'choice' && input.measured !== undefined)
}

async function answerWith(calculator: Calculator, flags: Flags, io: Io): Promise<void> {
  const format = flags.json ? 'json' : flags.report
  const place = await reportPlace(io, format, flags.output)
  const { size } = await import('../sizing/calculator.ts')
  const saved = await readSaved(flags.from, io)
  const sizing = size(calculator, { texts: textsOf(calculator, flags), saved })
  const { sizingReport } = await import('../report/sizing.ts')
  await place.write(sizingReport(sizing))
}

function textsOf({ inputs }: Calculator, flags: Flags): Record<string, string> {
  return Object.fromEntries(
    Object.keys(inputs).flatMap((key) => {
      const text = flags[key]
      return typeof text === 'string' ? [[key, text]] : []
    }),
  )
}
