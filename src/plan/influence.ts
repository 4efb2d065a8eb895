/** Which inputs a sizing was made of, read from its steps: every formula is written in names. */
import type { Sizing } from '../sizing/schema.ts'

const NAME = /[A-Za-z]\w*/g

/** Inputs that any step counts with; words always count. */
export function usedInputs({ inputs, steps }: Sizing): ReadonlySet<string> {
  const named = new Set(steps.flatMap(({ formula }) => formula.match(NAME) ?? []))
  const used = Object.entries(inputs).filter(([name, { value }]) => isNamed(name, value, named))
  return new Set(used.map(([name]) => name))
}

/** Inputs that the answer itself follows from. */
export function decidingInputs({ inputs, steps, answer }: Sizing): ReadonlySet<string> {
  const wanted = new Set([answer.step])
  // A step uses only what comes before it.
  for (const { name, formula } of steps.toReversed()) {
    if (!wanted.has(name)) continue
    for (const part of formula.match(NAME) ?? []) wanted.add(part)
  }
  const deciding = Object.entries(inputs).filter(([name, { value }]) => isNamed(name, value, wanted))
  return new Set(deciding.map(([name]) => name))
}

function isNamed(
  name: string,
  value: Sizing['inputs'][string]['value'],
  named: ReadonlySet<string>,
): boolean {
  if (typeof value === 'string') return true
  return named.has(name) || (Array.isArray(value) && named.has(`${name}1`))
}
