/** Alert rules from YAML: those that ship with `tune` (`guide`), or a file. */
import { z } from 'zod'
import type { AlertRule } from '../core/alert.ts'
import { isMetricName, metric } from '../core/metrics.ts'
import { TuneError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { isPath, locate, type Shelf } from '../shipped.ts'
import { parseIn } from './values.ts'
import { readYaml } from './yaml.ts'

export interface RuleSet {
  readonly name: string
  readonly about: string
  readonly rules: readonly AlertRule[]
}

const SHELF = {
  folder: 'profiles',
  prefix: 'rules-',
  extension: '.yaml',
  what: 'set of rules',
  flag: '--rules',
} as const satisfies Shelf

const limit = z.union([z.number(), z.string()])

const shape = z.strictObject({
  name: z.string().min(1),
  about: z.string().default(''),
  source: z.string().optional(),
  rules: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        metric: z.string(),
        above: limit.optional(),
        below: limit.optional(),
        for: z.string(),
        judge: z.enum(['every', 'mean']).default('every'),
        source: z.string().optional(),
      }),
    )
    .min(1),
})

/**
 * @param metrics that a rule may be about: what the samples of the run have
 * @param cwd what a relative path is relative to
 * @throws TuneError USAGE for an unknown name, CONFIG for a file that is wrong
 */
export function loadRules(nameOrFile: string, metrics: readonly string[], cwd?: string): RuleSet {
  const shown = isPath(nameOrFile) ? nameOrFile : `${SHELF.prefix}${nameOrFile}${SHELF.extension}`
  const file = readYaml(locate(nameOrFile, SHELF, cwd), shape, SHELF.what, shown)
  const { name, about, source, rules } = file.value
  return {
    name,
    about,
    rules: rules.map((rule, index): AlertRule => {
      const where = (key: string) => file.where('rules', index, key)
      if (!isMetricName(rule.metric) || !metrics.includes(rule.metric)) {
        throw new TuneError('CONFIG', `${where('metric')}: no sample has a metric ${rule.metric}`, {
          hint: didYouMean(rule.metric, metrics),
        })
      }
      const { unit } = metric(rule.metric)
      const number = (value: string | number, key: string) =>
        typeof value === 'number' ? value : parseIn(unit, value, `${where(key)}: ${key}`)
      const { above, below } = rule
      if ((above === undefined) === (below === undefined)) {
        throw new TuneError('CONFIG', `${where('id')}: ${rule.id} needs one of above and below`, {
          hint: 'for example above: 2000ms',
        })
      }
      return {
        id: rule.id,
        metric: rule.metric,
        when:
          above === undefined ? { below: number(below ?? 0, 'below') } : { above: number(above, 'above') },
        forMs: parseIn('ms', rule.for, `${where('for')}: for`),
        judge: rule.judge,
        source: rule.source ?? source ?? shown,
      }
    }),
  }
}
