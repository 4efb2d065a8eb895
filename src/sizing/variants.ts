/** A calculator whose first input is a choice that decides which other inputs there are: a kind of connector, a process. */
import type { Calculator } from './calculator.ts'
import type { ChoiceInput, InputTable, Values } from './inputs.ts'
import type { Sized } from './worksheet.ts'

/** What one word of the choice means. */
export type Variant = Pick<Calculator, 'inputs' | 'exactlyOne' | 'size'> & Pick<Calculator, 'curve'>

interface Definition<T extends InputTable> extends Pick<Calculator, 'curve'> {
  readonly inputs: T
  readonly exactlyOne?: readonly (readonly (keyof T & string)[])[]
  size(values: Values<T>): Sized
}

/** Ties the table of a variant to the values that its `size` gets. */
export function variant<const T extends InputTable>(definition: Definition<T>): Variant {
  return {
    ...definition,
    exactlyOne: definition.exactlyOne ?? [],
    // Values are read by this very table.
    size: (values) => definition.size(values as Values<T>),
  }
}

interface Frame extends Pick<Calculator, 'name' | 'about' | 'source' | 'example'> {
  /** The choice: its input name, and what it asks. */
  readonly by: { readonly key: string; readonly about: string }
  readonly variants: Readonly<Record<string, Variant>>
}

/** One calculator of several: its table of inputs is all of theirs, of which a request may use those of its variant. */
export function choosing({ by: { key, about }, variants, ...frame }: Frame): Calculator {
  const choice: ChoiceInput = { kind: 'choice', choices: Object.keys(variants), about }
  const all = Object.values(variants)
  const of = Object.fromEntries(
    Object.entries(variants).map(([word, variant]) => [
      word,
      { ...frame, ...variant, inputs: { [key]: choice, ...variant.inputs } },
    ]),
  )
  return {
    ...frame,
    // An input of several variants is the same in each.
    inputs: Object.assign({ [key]: choice }, ...all.map(({ inputs }) => inputs)),
    exactlyOne: all.flatMap(({ exactlyOne }) => exactlyOne),
    variants: { key, of },
    size() {
      throw new Error(`${frame.name} sizes by a variant`)
    },
  }
}
