/** Thresholds from YAML: those that ship with `tune` (`guide`), or a file. */
import { z } from 'zod'
import { isMetricName, METRICS, metric, type Unit } from '../core/metrics.ts'
import { type Bound, RUN_KINDS, type RunKind, type Threshold } from '../core/threshold.ts'
import { TuneError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { isPath, locate, type Shelf } from '../shipped.ts'
import { parseIn } from './values.ts'
import { readYaml, type YamlFile } from './yaml.ts'

/** A file's thresholds, and what to call them. */
export interface ThresholdSet {
  readonly name: string
  readonly about: string
  readonly thresholds: readonly Threshold[]
}

const SHELF = {
  folder: 'profiles',
  prefix: 'thresholds-',
  extension: '.yaml',
  what: 'set of thresholds',
  flag: '--thresholds',
} as const satisfies Shelf

/** In the metric's unit, or text with a unit. */
const limit = z.union([z.number(), z.string()])
const bound = z.strictObject({
  above: limit.optional(),
  below: limit.optional(),
  between: z.tuple([limit, limit]).optional(),
})

const shape = z.strictObject({
  name: z.string().min(1),
  about: z.string().default(''),
  source: z.string().optional(),
  thresholds: z
    .array(
      z.strictObject({
        metric: z.string(),
        target: bound,
        critical: bound,
        kinds: z.array(z.enum(RUN_KINDS)).min(1).optional(),
        source: z.string().optional(),
      }),
    )
    .min(1),
})
type ThresholdFile = z.infer<typeof shape>

/**
 * @param kind of run; thresholds for other kinds are left out
 * @param cwd what a relative path is relative to
 * @throws TuneError USAGE for an unknown name, CONFIG for a file that is wrong
 */
export function loadThresholds(nameOrFile: string, kind: RunKind, cwd?: string): ThresholdSet {
  const shown = isPath(nameOrFile) ? nameOrFile : `${SHELF.prefix}${nameOrFile}${SHELF.extension}`
  const file = readYaml(locate(nameOrFile, SHELF, cwd), shape, SHELF.what, shown)
  const { name, about, source, thresholds } = file.value
  return {
    name,
    about,
    thresholds: thresholds.flatMap((one, index): Threshold[] => {
      if (!isMetricName(one.metric)) {
        throw new TuneError(
          'CONFIG',
          `${file.where('thresholds', index, 'metric')}: there is no metric ${one.metric}`,
          { hint: didYouMean(one.metric, Object.keys(METRICS)) },
        )
      }
      const { unit } = metric(one.metric)
      const threshold: Threshold = {
        metric: one.metric,
        target: readBound(file, index, 'target', unit),
        critical: readBound(file, index, 'critical', unit),
        source: one.source ?? source ?? shown,
      }
      return one.kinds === undefined || one.kinds.includes(kind) ? [threshold] : []
    }),
  }
}

function readBound(
  file: YamlFile<ThresholdFile>,
  index: number,
  which: 'target' | 'critical',
  unit: Unit,
): Bound {
  const where = file.where('thresholds', index, which)
  const { above, below, between } = file.value.thresholds[index]?.[which] ?? {}
  const number = (value: string | number) => {
    const parsed = typeof value === 'number' ? value : parseIn(unit, value, `${where}: ${which}`)
    if (Number.isFinite(parsed)) return parsed
    throw new TuneError('CONFIG', `${where}: ${which}: ${value} is no number`, { hint: 'give one' })
  }
  if ([above, below, between].filter((one) => one !== undefined).length !== 1) {
    throw new TuneError('CONFIG', `${where}: ${which}: needs one of above, below, between`, {
      hint: `for example ${which}: { below: 500 }, or { between: [0.6, 0.8] }`,
    })
  }
  if (above !== undefined) return { above: number(above) }
  if (below !== undefined) return { below: number(below) }
  const [low, high] = [number(between?.[0] ?? 0), number(between?.[1] ?? 0)]
  if (low <= high) return { between: [low, high] }
  throw new TuneError('CONFIG', `${where}: ${which}: between has its lower end above its upper one`, {
    hint: `write { between: [${high}, ${low}] }`,
  })
}
