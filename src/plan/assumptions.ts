/** Every default that an answer was made of: what the file does not say. */
import { readInput, valueText } from '../sizing/inputs.ts'
import { shown } from '../sizing/quantity.ts'
import type { Answer } from './asking.ts'
import { fieldAt } from './fields.ts'
import { usedInputs } from './influence.ts'
import type { Reader } from './reader.ts'
import type { Plan } from './schema.ts'

type Assumption = Plan['assumptions'][number]

/** Defaults of the plan itself, of calculators, and what calculators plan with where nothing was measured. */
export function assumptionsOf(read: Reader, answers: readonly Answer[]): Assumption[] {
  const found = new Map<string, Assumption>()
  const assume = (path: string | undefined, text: string, ...answers: string[]) => {
    if (path === undefined) return
    const known = found.get(`${path} ${text}`)
    if (known === undefined) found.set(`${path} ${text}`, { path, text, answers })
    else known.answers.push(...answers.filter((id) => !known.answers.includes(id)))
  }
  for (const path of read.looked) {
    const field = fieldAt(path)
    if (field.default === undefined || read.file.given.has(path)) continue
    assume(
      path,
      field.kind === 'name' ? field.default : valueText(field, readInput(path, field, field.default, path)),
    )
  }
  for (const { id, sizing, paths } of answers) {
    for (const input of usedInputs(sizing)) {
      const { from, text = '' } = sizing.inputs[input] ?? {}
      if (from === 'default') assume(paths[input], text, id)
    }
    for (const { name, about, value, unit } of sizing.steps) {
      // An input that nobody gave and that has no fixed default: the calculator's own planning figure.
      assume(paths[name], `${shown({ value, unit })}: ${about}`, id)
    }
  }
  return [...found.values()]
}
