/** What a configuration says without meaning it. */
import { formatDurationMs, formatRate } from '../../units.ts'
import { dealLanes } from '../plan.ts'
import type { HttpSetup } from '../setup.ts'
import type { ConfigText } from './config-text.ts'
import { type DialectName, SHARED_CLASS } from './dialects.ts'
import { DEFAULT_MAX_PAGES } from './guide-poll.ts'
import { OFFSET } from './offset-template.ts'
import type { Values } from './values.ts'

export interface ConfigWarning {
  readonly id: string
  readonly text: string
}

export function warningsOf(
  config: ConfigText,
  dialect: DialectName,
  values: Values,
  setups: readonly HttpSetup[],
): readonly ConfigWarning[] {
  return [
    ...misread(config),
    ...underConfluentsClass(config, dialect),
    ...withoutOffset(config, dialect, values),
    ...moreTasks(config, values, setups),
    ...setups.flatMap(setupWarnings),
  ]
}

/** Those that need nothing but the setup: flags may have changed it. */
export function setupWarnings(setup: HttpSetup): readonly ConfigWarning[] {
  return [...sameUrl(setup), ...stale(setup), ...limited(setup)]
}

function misread({ misread: keys, shown }: ConfigText): readonly ConfigWarning[] {
  if (keys.length === 0) return []
  return [
    {
      id: 'config-misread',
      text: `${shown}: Java reads ${keys.join(', ')} otherwise: a comment after a value is part of it, and a value ends with its line`,
    },
  ]
}

function underConfluentsClass(
  { entries, shown }: ConfigText,
  dialect: DialectName,
): readonly ConfigWarning[] {
  if (entries.get('connector.class')?.value.trim() !== SHARED_CLASS) return []
  const castorms = [...entries.keys()].filter((key) =>
    /\.millis$|^http\.request\.url$|^http\.response\.list\./.test(key),
  )
  if (castorms.length === 0) return []
  const then =
    dialect === 'castorm'
      ? 'would not start, as url is missing; the file is read as castorm’s'
      : 'does not read them; its interval is request.interval.ms'
  return [
    {
      id: 'config-castorm-keys',
      text: `${shown}: ${castorms.join(', ')} are castorm’s, and connector.class is Confluent’s, which ${then}`,
    },
  ]
}

/** Seen in many public configurations. */
function withoutOffset(
  { entries, shown }: ConfigText,
  dialect: DialectName,
  values: Values,
): readonly ConfigWarning[] {
  if (dialect === 'guide' || dialect === 'castorm') return []
  const prefixes =
    dialect === 'confluent-v1' || dialect === 'confluent-cloud-v1'
      ? ['']
      : Array.from({ length: values.number('apis.num') ?? 1 }, (_, index) => `api${index + 1}.`).filter(
          (api) => values.read.has(`${api}http.api.path`),
        )
  return prefixes.flatMap((prefix) => {
    const mode = values.choice(`${prefix}http.offset.mode`) ?? 'SIMPLE_INCREMENTING'
    const places = ['url', 'http.api.path', 'http.request.parameters', 'http.request.body']
    const isUsed = places.some((key) => entries.get(prefix + key)?.value.includes(OFFSET) === true)
    if (mode !== 'SIMPLE_INCREMENTING' || isUsed) return []
    const which = prefix === '' ? '' : ` of ${prefix.slice(0, -1)}`
    return [
      {
        id: 'config-no-offset',
        text: `${shown}: SIMPLE_INCREMENTING without \${offset} in the request${which}: every poll emits the whole answer again`,
      },
    ]
  })
}

function moreTasks(
  { shown }: ConfigText,
  values: Values,
  setups: readonly HttpSetup[],
): readonly ConfigWarning[] {
  const tasks = setups.reduce((sum, { plan }) => sum + plan.tasks, 0)
  const asked = values.number('tasks.max') ?? 1
  if (tasks < asked) {
    return [
      {
        id: 'config-idle-tasks',
        text: `${shown}: of tasks.max=${asked} only ${tasks} have something to poll; each has an entity or an API of its own`,
      },
    ]
  }
  if (tasks === asked) return []
  return [
    {
      id: 'config-more-tasks',
      text: `${shown}: tasks.max=${asked} polls ${setups.length} kinds of API in turn; here each is polled by itself, by ${tasks} tasks together`,
    },
  ]
}

function sameUrl({ name, plan, scaling }: HttpSetup): readonly ConfigWarning[] {
  const tasks = Math.max(plan.tasks, scaling?.maxTasks ?? 0)
  if (plan.targets.length > 1 || tasks === 1) return []
  return [
    {
      id: 'tasks-poll-the-same',
      text: `${name}: ${tasks} tasks all poll the same URL: ${tasks} times the requests, and each record ${tasks} times; name entities, or split by url pattern`,
    },
  ]
}

function stale({ name, cache, pollIntervalMs }: HttpSetup): readonly ConfigWarning[] {
  const longestMs = Math.max(0, ...(cache?.tiers ?? []).map(({ ttlMs }) => ttlMs))
  if (pollIntervalMs === undefined || longestMs <= pollIntervalMs) return []
  return [
    {
      id: 'cache-outlives-poll',
      text: `${name}: answers are kept for ${formatDurationMs(longestMs)} and polled for every ${formatDurationMs(pollIntervalMs)}: most polls find old records`,
    },
  ]
}

/** Pages are counted where the configuration bounds them; else each poll has at least one. */
function limited({ name, plan, pollIntervalMs }: HttpSetup): readonly ConfigWarning[] {
  const { rateLimit, paging } = plan
  if (rateLimit === undefined || pollIntervalMs === undefined || pollIntervalMs === 0) return []
  const lanes = plan.targets.length === 0 ? plan.tasks : dealLanes(plan).length
  const isBound = paging.kind !== 'none' && paging.maxPages < DEFAULT_MAX_PAGES
  const perSec = (lanes * (isBound ? paging.maxPages : 1) * 1000) / pollIntervalMs
  if (perSec <= rateLimit.perSec) return []
  const asked = `${isBound && paging.maxPages > 1 ? `up to ${paging.maxPages} pages a poll` : 'one page a poll'}`
  return [
    {
      id: 'rate-below-interval',
      text: `${name}: the interval asks for ${formatRate(perSec)} (${asked}), the rate limit allows ${formatRate(rateLimit.perSec)}: polls fall behind`,
    },
  ]
}
