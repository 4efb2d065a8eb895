import { messageOf, TuneError } from '../errors.ts'
import type { Check, Finding, Level, Sight } from './check.ts'
import { clock, cores, disk, files, governor, memory } from './hardware.ts'
import { confluent, java, kafka, kafkajs, maven, node, wire } from './software.ts'

export type { Check, Finding, Level, Sight } from './check.ts'
export { thisMachine } from './sight.ts'

/** Every check, in the order of the report: what runs, then what it runs on. */
export const CHECKS: readonly Check[] = [
  ...[node, confluent, kafkajs, wire, java, maven, kafka],
  ...[cores, memory, disk, clock, governor, files],
]

export interface Seen extends Finding {
  id: string
  title: string
}

/** Looks at everything. A check that breaks is a warning, never the end of the others. */
export async function examine(sight: Sight, checks: readonly Check[] = CHECKS): Promise<Seen[]> {
  return Promise.all(checks.map((check) => look(check, sight)))
}

async function look(check: Check, sight: Sight): Promise<Seen> {
  const { id, title } = check
  try {
    return { id, title, ...(await check.look(sight)) }
  } catch (error) {
    return { id, title, level: 'warn', text: `cannot be told: ${messageOf(error)}` }
  }
}

/** Runs the remedies that need no rights, one after the other, and says what is so afterwards. */
export async function mend(seen: readonly Seen[], log: (line: string) => void): Promise<Seen[]> {
  const after: Seen[] = []
  for (const { fix, ...rest } of seen) {
    if (fix === undefined) {
      after.push(rest)
      continue
    }
    try {
      const { remedy: _, ...mended } = rest
      after.push({ ...mended, level: 'ok', text: await fix((line) => log(`${rest.title}: ${line}`)) })
    } catch (error) {
      const hint = error instanceof TuneError ? error.hint : undefined
      const level: Level = rest.level === 'ok' ? 'warn' : rest.level
      after.push({ ...rest, level, text: messageOf(error), ...(hint === undefined ? {} : { remedy: hint }) })
    }
  }
  return after
}

/** False when no bench can run at all: Node is too old, or not one driver is there. */
export function canBench(seen: readonly Seen[]): boolean {
  const drivers = seen.filter(({ id }) => id.startsWith('driver-'))
  return !seen.some(({ level }) => level === 'missing') && drivers.some(({ level }) => level === 'ok')
}
