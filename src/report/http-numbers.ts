/** The sections of a run that polls: throughput, times, requests, pages, connections. */
import type { HttpResult } from '../core/result.ts'
import { formatBytes, formatCount, formatDurationMs } from '../units.ts'
import { countCell, joined, MISSING, megabytesCell, ms, msCell, plural, shareCell } from './format.ts'
import type { Section, TableSection } from './model.ts'
import { item, list, seriesLine } from './run-details.ts'
import { TIMES_COLUMNS, timesRow } from './run-numbers.ts'

export function httpThroughputSection({
  metrics,
  durationMs,
  polls,
  requests,
  accounting,
}: HttpResult): TableSection {
  const row = (title: string, count: number, perSec: number | undefined, bytesPerSec?: number) => ({
    cells: [
      title,
      countCell(count),
      perSec === undefined ? MISSING : formatCount(perSec, perSec < 100 ? 2 : 0),
      bytesPerSec === undefined ? MISSING : megabytesCell(bytesPerSec),
    ],
  })
  return {
    id: 'throughput',
    kind: 'table',
    title: `Throughput over ${formatDurationMs(Math.round(durationMs / 100) * 100)}`,
    columns: [
      { title: '', align: 'left' },
      { title: 'in all', align: 'right' },
      { title: 'a second', align: 'right' },
      { title: 'MB/s', align: 'right' },
    ],
    rows: [
      ...(metrics.targetPollsPerSec === undefined
        ? []
        : [{ cells: ['polls asked for', MISSING, formatCount(metrics.targetPollsPerSec, 2), MISSING] }]),
      row('polls', polls.done, metrics.pollsPerSec),
      row('pages', requests.good, metrics.pagesPerSec, (requests.wireBytes * 1000) / durationMs),
      row('records', accounting.acked, metrics.recordsPerSec, metrics.bytesPerSec),
    ],
    notes: [
      'polls and records: all answered; pages: good answers, MB/s as they came, the drain’s included',
      'MB = 10^6 bytes; of records: keys and values, before compression',
    ],
  }
}

export function httpLatencySection(result: HttpResult): TableSection {
  return {
    id: 'latency',
    kind: 'table',
    title: 'Times in ms',
    columns: TIMES_COLUMNS,
    rows: [
      timesRow('record, from due', result.latency),
      timesRow('  lateness', result.lateness),
      timesRow('  blocked', result.blocked),
      timesRow('  service', result.service),
      timesRow('API', result.api),
      timesRow('whole poll', result.poll),
    ],
    notes: [
      'record, from due to acknowledged = lateness (tune) + blocked (task, rate limit, pool) + service (page asked for to acknowledged)',
      'API: from a request’s leaving to its last byte, good answers',
    ],
  }
}

export function requestErrorsSection({ requests }: HttpResult): Section[] {
  const codes = Object.entries(requests.errors).toSorted(([, a], [, b]) => b - a)
  if (codes.length === 0) return []
  return [
    {
      id: 'request-errors',
      kind: 'table',
      title: 'Requests that brought nothing',
      columns: [
        { title: '', align: 'left' },
        { title: 'requests', align: 'right' },
        { title: 'of sent', align: 'right' },
      ],
      rows: codes.map(([code, count]) => ({
        cells: [code, countCell(count), shareCell(count / Math.max(1, requests.sent), 3)],
      })),
    },
  ]
}

const ENDS: Readonly<Record<string, string>> = {
  'no-next': 'at the last page',
  'short-page': 'at a short page',
  'max-pages': 'with the most pages',
  repeats: 'where the API led back',
  elsewhere: 'where the API led to another host',
  failed: 'with an error',
  stopped: 'with the run',
}

const TIMES = {
  limiterMs: 'rate limit',
  poolMs: 'waiting for a connection',
  apiMs: 'API',
  parseMs: 'parsing',
  convertMs: 'converting',
  retryMs: 'waiting to try again',
  sinkMs: 'waiting for the sink',
} as const satisfies Record<keyof HttpResult['times'], string>

export function pollingSection(result: HttpResult): Section[] {
  const { requests, pages, polls, times, pool, metrics } = result
  const spent = Object.values(times).reduce((total, value) => total + value, 0)
  const names = Object.keys(TIMES) as (keyof typeof TIMES)[]
  return list('polling', 'Polling', [
    item(
      'requests',
      joined([
        `${countCell(requests.sent)} = ${countCell(requests.good)} good + ${countCell(requests.failed)} failed + ${countCell(requests.open)} without an answer`,
        `${countCell(requests.retries)} tried again`,
        `${countCell(requests.rateLimited)} × 429`,
      ]),
    ),
    item(
      'statuses',
      joined(Object.entries(requests.statuses).map(([status, count]) => `${status}: ${countCell(count)}`)),
    ),
    item(
      'pages',
      joined([
        `${countCell(pages.count)}, ${countCell(pages.empty)} of them empty`,
        `${countCell(pages.records)} records read`,
        pages.recordsTwice > 0 && `${countCell(pages.recordsTwice)} of them by a second task`,
        pages.cached > 0 &&
          `${countCell(pages.cached)} from the cache with ${countCell(pages.recordsCached)} records`,
        pages.notModified > 0 && `${countCell(pages.notModified)} not modified (304)`,
        pages.recordsRejected > 0 && `${countCell(pages.recordsRejected)} in error`,
        pages.recordsLeft > 0 && `${countCell(pages.recordsLeft)} left at the end`,
      ]),
    ),
    item(
      'polls ended',
      joined(
        Object.entries(polls.ends).map(
          ([end, count]) => count > 0 && `${countCell(count)} ${ENDS[end] ?? end}`,
        ),
      ),
    ),
    item(
      'pages’ time',
      joined(
        names
          .toSorted((a, b) => times[b] - times[a])
          .map((name) => times[name] > 0 && `${TIMES[name]} ${shareCell(times[name] / spent)}`),
      ),
    ),
    item(
      'pool',
      joined([
        `${shareCell(metrics.poolRatio)} used`,
        `at most ${countCell(pool.mostInUse)} of ${countCell(pool.size)} at a time`,
        `${countCell(pool.waited)} requests waited`,
        Object.entries(pool.protocols)
          .map(([protocol, count]) => `${plural(count, 'connection')} of ${protocol}`)
          .join(', '),
      ]),
    ),
  ])
}

export function httpOverTimeSection({ series }: HttpResult): Section[] {
  const inTime = series.filter(({ phase }) => phase === 'measure')
  if (inTime.length < 3) return []
  const errors = inTime.map((interval) => interval.requestsFailed + interval.errors)
  return list('over-time', 'By second, lowest to highest', [
    item(
      'records/s',
      seriesLine(
        inTime.map(({ recordsPerSec }) => recordsPerSec),
        countCell,
      ),
    ),
    item(
      'pages',
      seriesLine(
        inTime.map((interval) => interval.pages),
        countCell,
      ),
    ),
    item(
      'API p50 ms',
      seriesLine(
        inTime.map(({ api }) => api?.p50Ms),
        msCell,
      ),
    ),
    item(
      'API p99 ms',
      seriesLine(
        inTime.map(({ api }) => api?.p99Ms),
        msCell,
      ),
    ),
    item('errors', errors.some((count) => count > 0) ? seriesLine(errors, countCell) : ''),
  ])
}

export function httpRecordsSection({ accounting, metrics, plan }: HttpResult): Section[] {
  const { sent, acked, failed, unknown, found, lost, duplicated } = accounting
  return list('records', 'Records', [
    item(
      'sent',
      `${countCell(sent)} = ${countCell(acked)} acknowledged + ${countCell(failed)} failed + ${countCell(unknown)} unknown`,
    ),
    plan.sink === 'none'
      ? undefined
      : item(
          'in the topic',
          joined([
            `${countCell(found)} found`,
            `${countCell(lost)} lost`,
            `${countCell(duplicated)} duplicated`,
            metrics.partitionSkew !== undefined &&
              `fullest partition ${formatCount(metrics.partitionSkew, 2)}× the mean`,
          ]),
        ),
    item('counted', `${accounting.exact ? 'exactly' : 'as far as offsets tell'}: ${accounting.note}`),
  ])
}

export function connectorsSection({ connectors }: HttpResult): Section[] {
  return connectors.flatMap((one, n) => {
    const { cache, age, schemas, warming, endpoints, conversion, rejected, deadLetters, scaling } = one
    const lost = Object.entries(rejected)
    return list(
      `connector-${n + 1}`,
      connectors.length === 1 ? 'Cache, conversion and scaling' : `Of ${one.name}`,
      [
        ...(cache === undefined ? [] : cacheItems(cache)),
        item(
          'age of what was served',
          age === undefined
            ? ''
            : joined([`p50 ${ms(age.p50Ms)}`, `p99 ${ms(age.p99Ms)}`, `max ${ms(age.maxMs)}`]),
        ),
        item(
          'warmed',
          warming === undefined
            ? ''
            : joined([
                plural(warming.runs, 'time'),
                plural(warming.pages, 'page'),
                `${countCell(warming.failed)} failed`,
              ]),
        ),
        item(
          'schemas',
          schemas === undefined
            ? ''
            : joined([`${shareCell(schemas.hitRatio)} found`, `${countCell(schemas.entries)} kept`]),
        ),
        item(
          'values',
          conversion.records === 0
            ? ''
            : joined([
                `${formatCount(conversion.payloadBytes / conversion.records, 1)} B each`,
                conversion.envelopeBytes > 0 &&
                  `and ${formatCount(conversion.envelopeBytes / conversion.records, 1)} B of schema around it`,
                `${formatCount(((conversion.transformMs + conversion.convertMs) * 1000) / conversion.records, 2)} µs of CPU`,
              ]),
        ),
        item(
          'in error',
          lost.length === 0
            ? ''
            : joined([
                lost.map(([code, count]) => `${code} ${countCell(count)}`).join(', '),
                `${countCell(deadLetters)} to the dead-letter topic`,
              ]),
        ),
        item(
          'endpoints',
          (endpoints ?? [])
            .map(
              ({ endpoint, isUp, requests, failures }) =>
                `${endpoint} ${isUp ? 'up' : 'down'}, ${countCell(requests)} requests, ${countCell(failures)} failed`,
            )
            .join('; '),
        ),
        item(
          'scaling',
          scaling === undefined
            ? ''
            : `tasks ${[scaling[0]?.from, ...scaling.map(({ to }) => to)].join(', ')}`,
        ),
      ],
    )
  })
}

type Cache = NonNullable<HttpResult['connectors'][number]['cache']>

function cacheItems({ tiers, ...cache }: Cache) {
  return [
    item(
      'cache',
      joined([
        `${shareCell(cache.hitRatio)} of ${countCell(cache.lookups)} look-ups served`,
        `${countCell(cache.confirmed)} confirmed by the API`,
        `${countCell(cache.expired)} expired`,
        `at most ${formatBytes(cache.mostBytes)}`,
      ]),
    ),
    ...tiers.map((tier) =>
      item(
        `  ${tier.name}`,
        joined([
          `${shareCell(tier.hitRatio)} of ${countCell(tier.lookups)}`,
          `${countCell(tier.entries)} of ${countCell(tier.maxEntries)} entries`,
          `${countCell(tier.evicted)} evicted`,
        ]),
      ),
    ),
  ]
}

export function configsSection({ plan }: HttpResult): Section[] {
  const items = plan.configs.map(({ file, title, ignored, unknown, unread }) => ({
    label: file,
    text: joined([
      `read as ${title}`,
      ignored.length > 0 && `${plural(ignored.length, 'key')} without effect here`,
      unknown.length > 0 && `${plural(unknown.length, 'key')} that nobody knows`,
      unread.length > 0 && `${plural(unread.length, 'key')} that no connector reads`,
    ]),
    notes: [
      ...unknown.map(({ key, nearest }) => `${key}: unknown${nearest === undefined ? '' : `, ${nearest}?`}`),
      ...ignored.map(({ key, why }) => `${key}: ${why}`),
      ...(unread.length === 0 ? [] : [`in a real connector without effect: ${unread.join(', ')}`]),
    ],
  }))
  return items.length === 0 ? [] : [{ id: 'configs', kind: 'list', title: 'Configurations', items }]
}

export function pollPlanSection({ plan }: HttpResult): Section[] {
  return plan.instances.flatMap((one, n) => {
    const { connection, rateLimit, retries } = one
    return list(
      `poll-plan-${n + 1}`,
      plan.instances.length === 1 ? 'Poll plan' : `Poll plan of ${one.name}`,
      [
        item('lanes', lanesText(one)),
        item(
          'pages',
          joined([
            one.pagination,
            one.pageSize !== undefined && `${countCell(one.pageSize)} records each`,
            `at most ${countCell(one.maxPages)} a poll`,
            one.threads > 1 && `${one.threads} at a time`,
            `batches of ${countCell(one.batchRecords)}`,
          ]),
        ),
        item(
          'connections',
          joined([
            `${countCell(connection.maxConnections)}, ${countCell(connection.maxPerRoute)} to one address`,
            connection.keepAlive ? 'kept alive' : 'a new one for each request',
            connection.http2Streams !== undefined && `HTTP/2, ${countCell(connection.http2Streams)} streams`,
            connection.compression.length > 0 && connection.compression.join(', '),
          ]),
        ),
        item(
          'time-outs',
          joined([
            `connect ${ms(connection.connectTimeoutMs)}`,
            `silence ${ms(connection.socketTimeoutMs)}`,
            `request ${ms(connection.requestTimeoutMs)}`,
          ]),
        ),
        item('retries', `${countCell(retries.max)}, ${retries.policy} from ${ms(retries.backoffMs)} on`),
        item(
          'rate limit',
          rateLimit === undefined
            ? ''
            : `${formatCount(rateLimit.perSec, 2)}/s, ${countCell(rateLimit.burst)} at once`,
        ),
      ],
    )
  })
}

const LANES_SHOWN = 6

/** Who polls what; many that do the same in one go. */
function lanesText({ lanes, tasks, targets }: HttpResult['plan']['instances'][number]): string {
  const [only, ...others] = targets
  if (tasks > 1 && only !== undefined && others.length === 0) return `all ${tasks} tasks poll ${only.name}`
  const shownOnes = lanes.slice(0, LANES_SHOWN).map(({ target, task }) => `task ${task + 1} polls ${target}`)
  const rest = lanes.length - shownOnes.length
  return joined([...shownOnes, rest > 0 && `and ${plural(rest, 'lane')} more`], ', ')
}
