import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type PlanFile, readPlanFile } from '../../src/plan/document.ts'
import { planOf } from '../../src/plan/plan.ts'
import type { Plan } from '../../src/plan/schema.ts'
import { yamlTree } from '../../src/profiles/yaml.ts'

/** What `tune plan init` writes. */
export const STARTER = readFileSync(
  resolve(import.meta.dirname, '../../profiles/pipeline-starter.yaml'),
  'utf8',
)

export const fileOf = (text: string, shown = 'pipeline.yaml'): PlanFile =>
  readPlanFile(yamlTree(text, 'plan', shown), shown)

const made = new Map<string, Plan>()

/** Made once for each text. */
export function planFrom(text: string): Plan {
  const plan = made.get(text) ?? planOf(fileOf(text))
  made.set(text, plan)
  return plan
}

/** The starter with some lines other. @throws where a line is not there: a test must not change nothing */
export function changed(...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the starter has no '${from}'`)
    return text.replace(from, to)
  }, STARTER)
}

const KEEP_CLOUD: readonly (readonly [string, string])[] = [
  ['kind: self-managed ', 'kind: confluent-cloud '],
  ['  survive: broker ', '  # survive: broker '],
  ['  disk: 4TiB', '  # disk: 4TiB'],
  ['  line: 10Gbit/s', '  # line: 10Gbit/s'],
  ['  rate-per-slot: 15k/s ', '  rate-per-cfu: 12k/s #'],
  ['  slots: 4\n', ''],
  ['  state: 50GiB\n', ''],
  ['  checkpoint-rate: 200MiB/s\n', ''],
]

/** The same pipeline on Confluent Cloud. */
export const CLOUD = changed(...KEEP_CLOUD)

export const MSK = changed(['kind: self-managed ', 'kind: msk '])

/** The answer with that id. @throws where there is none */
export function answerOf({ answers }: Plan, id: string): Plan['answers'][number] {
  const answer = answers.find((one) => one.id === id)
  if (answer === undefined) throw new Error(`the plan has no ${id}`)
  return answer
}

export const amountOf = (plan: Plan, id: string): number => answerOf(plan, id).sizing.answer.value

export function levelOf({ checks }: Plan, id: string): string {
  const check = checks.find((one) => one.id === id)
  if (check === undefined) throw new Error(`the plan has no check ${id}`)
  return check.level
}
