/** What a calculator writes on while it counts: steps, warnings, commands; handed over as a whole at the end. */
import { evaluate } from './expression.ts'
import type { Formula } from './formula.ts'
import { type Quantity, quantity } from './quantity.ts'
import type { Sizing } from './schema.ts'

/** What a calculator hands back; the frame adds its name and the inputs. */
export type Sized = Omit<Sizing, 'schema' | 'calculator' | 'inputs'>

export type Step = Sizing['steps'][number]
export type Curve = NonNullable<Sizing['curve']>
export type Language = Sizing['commands'][number]['language']

export interface Worksheet {
  /**
   * Computes a step from its own text and keeps it.
   * @param about what the number is for, one line
   * @param source where the formula or a constant in it comes from
   */
  step(name: string, unit: string, about: string, formula: Formula, source?: string): Quantity
  /**
   * A number of the guide's, beside ours, and why the two differ (or agree).
   * @param name what it is in the guide, short: `rule of thumb`
   */
  guide(name: string, says: string, unit: string, formula: Formula, why: string): void
  warn(id: string, text: string): void
  command(about: string, language: Language, ...lines: string[]): void
  /** @param answer the step that is the answer; `text` is the line a person can quote */
  sized(answer: Quantity, text: string, more?: { limitedBy?: string; curve?: Curve }): Sized
}

export function worksheet(): Worksheet {
  const steps: Sized['steps'] = []
  const guide: Sized['guide'] = []
  const warnings: Sized['warnings'] = []
  const commands: Sized['commands'] = []
  return {
    step(name, unit, about, formula, source) {
      const { expression } = formula
      const made = quantity(name, evaluate(expression), unit)
      if (!Number.isFinite(made.value)) throw new Error(`${name} = ${formula.numbers} is no number`)
      steps.push({
        name,
        about,
        get formula() {
          return formula.names
        },
        get numbers() {
          return formula.numbers
        },
        expression,
        value: made.value,
        unit,
        ...(source === undefined ? {} : { source }),
      })
      return made
    },
    guide(name, says, unit, formula, why) {
      const { expression } = formula
      const { value } = quantity('guide', evaluate(expression), unit)
      guide.push({
        name,
        says,
        get formula() {
          return formula.names
        },
        get numbers() {
          return formula.numbers
        },
        expression,
        value,
        unit,
        why,
      })
    },
    warn(id, text) {
      warnings.push({ id, text })
    },
    command(about, language, ...lines) {
      commands.push({ about, language, lines })
    },
    sized({ name, value, unit }, text, { limitedBy, curve } = {}) {
      return {
        answer: { text, step: name, value, unit, ...(limitedBy === undefined ? {} : { limitedBy }) },
        steps,
        guide,
        warnings,
        commands,
        ...(curve === undefined ? {} : { curve }),
      }
    },
  }
}

/** The largest of some needs, which is the one that decides. */
export function largest(needs: readonly Quantity[]): Quantity {
  const [first, ...rest] = needs
  if (first === undefined) throw new Error('nothing to choose from')
  return rest.reduce((most, need) => (need.value > most.value ? need : most), first)
}
