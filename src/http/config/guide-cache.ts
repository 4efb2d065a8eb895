/** The guide's `cache.*`. */
import type { CacheSettings, CacheTierSettings, EvictionPolicy } from '../setup.ts'
import { given } from './given.ts'
import type { Values } from './values.ts'

const TIERS = ['L1', 'L2', 'L3'] as const
const POLICIES: readonly EvictionPolicy[] = ['LRU', 'LFU', 'FIFO']
const STRATEGIES = ['PREDICTIVE', 'LRU'] as const

/** The documentation of the dialect: 1,000 answers for an hour, 100 schemas for two. */
const DEFAULT_ENTRIES = 1000
const DEFAULT_TTL_MS = 3_600_000

/** What is about answers; a schema may be kept without them, and a threshold for hits switches nothing on. */
const OF_ANSWERS = [
  'cache.response.',
  'cache.l1.',
  'cache.l2.',
  'cache.l3.',
  'cache.max.',
  'cache.eviction.',
  'cache.cleanup.',
  'cache.warming.',
  'cache.auto.',
]

/** @returns undefined where nothing is cached */
export function readCache(values: Values): CacheSettings | undefined {
  const isOn = values.boolean('cache.enabled')
  const keepsAnswers = isOn ?? OF_ANSWERS.some(values.hasAny)
  if (isOn === false || (!keepsAnswers && !values.hasAny('cache.schema.'))) return undefined
  const policy = policyOf(values.choice('cache.eviction.policy'))
  const schema = readSchema(values)
  const { number } = values
  return {
    tiers: keepsAnswers ? readTiers(values, policy) : [],
    ...(schema === undefined ? {} : { schema }),
    ...given('maxBytes', number('cache.max.memory.bytes')),
    ...(switched(values, 'cache.eviction.enabled', ['cache.eviction.threshold', 'cache.eviction.batch.size'])
      ? {
          ...given('evictionThreshold', number('cache.eviction.threshold')),
          ...given('evictionBatch', number('cache.eviction.batch.size')),
        }
      : {}),
    ...given('cleanupIntervalMs', number('cache.cleanup.interval.seconds')),
    ...given('warming', readWarming(values)),
    ...(switched(values, 'cache.auto.tuning.enabled', ['cache.auto.tuning.interval.minutes'])
      ? { autoTuningIntervalMs: number('cache.auto.tuning.interval.minutes') ?? 30 * 60_000 }
      : {}),
    ...(switched(values, 'cache.statistics.enabled', ['cache.statistics.window.minutes'])
      ? { statisticsWindowMs: number('cache.statistics.window.minutes') ?? 60 * 60_000 }
      : {}),
  }
}

/** On where it says so, or where it says nothing and what belongs to it is there. */
function switched(values: Values, key: string, parts: readonly string[]): boolean {
  return values.boolean(key) ?? parts.some((part) => values.has(part))
}

/** `cache.l1.*` and so on; without them one tier of `cache.response.*`. */
function readTiers(values: Values, policy: EvictionPolicy | undefined): readonly CacheTierSettings[] {
  const named = TIERS.filter((name) => values.hasAny(`cache.${name.toLowerCase()}.`))
  if (named.length === 0) {
    return [
      {
        name: 'L1',
        maxEntries: values.number('cache.response.max.size') ?? DEFAULT_ENTRIES,
        ttlMs: values.number('cache.response.ttl.seconds') ?? DEFAULT_TTL_MS,
        policy: policy ?? 'LRU',
      },
    ]
  }
  for (const key of ['cache.response.max.size', 'cache.response.ttl.seconds']) {
    values.setAside(key, 'the tiers of cache.l1, l2, l3 are there')
  }
  return named.map((name) => {
    const key = `cache.${name.toLowerCase()}`
    return {
      name,
      maxEntries: values.number(`${key}.max.size`) ?? DEFAULT_ENTRIES,
      ttlMs: values.number(`${key}.ttl.seconds`) ?? DEFAULT_TTL_MS,
      policy: policyOf(values.choice(`${key}.policy`)) ?? policy ?? 'LRU',
    }
  })
}

const policyOf = (text: string | undefined) => POLICIES.find((one) => one === text)

function readSchema(values: Values): CacheSettings['schema'] {
  const keys = ['cache.schema.max.size', 'cache.schema.ttl.seconds']
  if (!switched(values, 'cache.schema.enabled', keys)) return undefined
  return {
    maxEntries: values.number('cache.schema.max.size') ?? 100,
    ttlMs: values.number('cache.schema.ttl.seconds') ?? 7_200_000,
  }
}

/** @throws TuneError CONFIG for a schedule that cron would not take */
function readWarming(values: Values): CacheSettings['warming'] {
  const keys = ['cache.warming.schedule', 'cache.warming.patterns']
  if (!switched(values, 'cache.warming.enabled', keys)) return undefined
  const schedule = values.text('cache.warming.schedule')
  if (schedule !== undefined && ![5, 6].includes(schedule.split(/\s+/).length)) {
    throw values.wrong('cache.warming.schedule', 'has not five or six fields', 'for example 0 */5 * * * *')
  }
  const strategies = values.list('cache.warming.strategies') ?? []
  return {
    ...(schedule === undefined ? {} : { schedule }),
    patterns: values.list('cache.warming.patterns') ?? [],
    strategies: STRATEGIES.filter((one) => strategies.includes(one)),
  }
}
