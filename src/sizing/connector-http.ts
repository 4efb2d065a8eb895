/** What an HTTP source connector reads: pages, intervals, tasks, and the one rate limit that they all share. */
import { formatDurationMs, formatRate, formatShare } from '../units.ts'
import { httpConfig } from './connector-config.ts'
import { besideTheHttpGuide } from './connector-guide.ts'
import type { HttpKind } from './connector-kinds.ts'
import { f, most } from './formula.ts'
import type { InputTable, Values } from './inputs.ts'
import { type Quantity, shown } from './quantity.ts'
import { LOAD, peakOf, RECORD, UTILIZATION } from './workload.ts'
import { type Sized, type Worksheet, worksheet } from './worksheet.ts'

const LITTLE = "Little's law: calls in flight = calls/s × response time"
/** An ordinary answer over the internet; a measured one is better. */
const GUESSED_RESPONSE_MS = 200

export const TASKS = {
  tasks: { kind: 'count', unit: 'tasks', about: 'tasks.max', default: '1', max: 1000 },
} as const satisfies InputTable

export const HTTP = {
  rate: { ...LOAD.rate, optional: true },
  growth: LOAD.growth,
  ...RECORD,
  ...UTILIZATION,
  ...TASKS,
  pageRecords: { kind: 'count', unit: 'records', about: 'records a page', default: '100', max: 1e6 },
  responseTime: { kind: 'ms', about: 'from a call to the end of its answer', optional: true },
  rateLimit: {
    kind: 'perSec',
    unit: 'calls/s',
    about: 'calls that the API allows, for all tasks with the same credentials together',
    optional: true,
  },
  interval: {
    kind: 'ms',
    about: 'poll interval; else as the rate needs and the limit allows, else the default of the connector',
    optional: true,
    min: 0,
  },
} as const satisfies InputTable

export type HttpGiven = Values<typeof HTTP>

/** One poller: a task, or all of them where they are alike. */
interface Poll {
  readonly kind: HttpKind
  /** Tasks that make calls. */
  readonly callers: Quantity
  readonly pages: Quantity
  readonly responseTime: Quantity
  /** Of a poll, beside the interval. */
  readonly busy: Quantity
}

/**
 * @param sources what the tasks share out; undefined where they share nothing
 * @param pages of a poll, one after the other; one where a connector follows no pages itself
 */
export function sizeHttp(
  kind: HttpKind,
  given: HttpGiven,
  { sources, ...more }: { sources: Quantity | undefined; pages?: Quantity },
): Sized {
  const { rate, rateLimit } = given
  const sheet = worksheet()
  const peak = rate === undefined ? undefined : peakOf(sheet, { rate, growth: given.growth })
  const responseTime = responseTimeOf(sheet, given)
  const callers = callersOf(sheet, kind, given.tasks, sources)
  const pages = more.pages ?? sheet.step('pages', 'pages', 'of a poll', f`1`, kind.source)
  const busy = busyOf(sheet, kind, pages, responseTime)
  const poll: Poll = { kind, callers, pages, responseTime, busy }
  const interval = intervalOf(sheet, given, poll, peak)
  const cycle = cycleOf(sheet, poll, interval)
  const asked = sheet.step(
    'asked',
    'calls/s',
    'of all tasks together where nothing holds them back',
    f`${callers} × ${pages} × 1000 / ${cycle}`,
  )
  const calls =
    rateLimit === undefined
      ? asked
      : sheet.step('calls', 'calls/s', 'that the API answers', f`min(${asked}, ${rateLimit})`)
  const throughput = throughputOf(sheet, kind, given, calls)
  sheet.step('inFlight', 'calls', 'at any time, on average', f`${calls} × ${responseTime} / 1000`, LITTLE)
  sheet.step('oldest', 'ms', 'a new record is when it is read, at most', f`${cycle} + ${responseTime}`)

  const limitedBy = limitOf(given, poll, { interval, asked, peak })
  if (rateLimit !== undefined && isAbove(asked, rateLimit)) {
    sheet.warn(
      'rate-limit',
      `the tasks make ${shown(asked)}, the API allows ${shown(rateLimit)} for all of them together: ${kind.refused}; set ${kind.intervalKey} to leastInterval`,
    )
  }
  if (peak !== undefined) lookAtTheRate(sheet, { given, kind, peak, throughput, calls }, limitedBy)
  besideTheHttpGuide(sheet, given, { kind, readers: readersOf(kind, callers), pages, cycle })
  httpConfig(sheet, kind, given, { interval, pages, responseTime, callers })
  const reason = REASONS[limitedBy] ?? ''
  return sheet.sized(
    throughput,
    `${formatRate(throughput.value)} in ${shown(calls)}, polling ${interval.value === 0 ? 'without pause' : `each ${formatDurationMs(interval.value)}`}: ${reason} decides`,
    { limitedBy },
  )
}

function responseTimeOf(sheet: Worksheet, { responseTime }: HttpGiven): Quantity {
  if (responseTime !== undefined) return responseTime
  sheet.warn(
    'not-measured',
    `responseTime: a guess, not measured; curl -o /dev/null -s -w '%{time_total}' URL tells it, for --response-time`,
  )
  return sheet.step(
    'responseTime',
    'ms',
    'from a call to the end of its answer, a guess',
    f`${GUESSED_RESPONSE_MS}`,
  )
}

/** Tasks with something of their own to read; all of them where they are copies. */
function callersOf(
  sheet: Worksheet,
  { split, source }: HttpKind,
  tasks: Quantity,
  sources: Quantity | undefined,
): Quantity {
  if (split === 'none' && tasks.value > 1) {
    sheet.warn(
      'copies',
      `${shown(tasks)} are identical copies: ${tasks.value} times the calls, each record ${tasks.value} times, and not one more distinct record; set tasks.max=1`,
    )
  }
  if (sources === undefined) return sheet.step('callers', 'tasks', 'that make calls', f`${tasks}`, source)
  if (tasks.value > sources.value) {
    sheet.warn(
      'idle-tasks',
      `the tasks share out ${sources.value} ${split}: ${tasks.value - sources.value} of ${shown(tasks)} have nothing to do`,
    )
  }
  return sheet.step('callers', 'tasks', `with ${split} to read`, f`min(${tasks}, ${sources})`, source)
}

function busyOf(sheet: Worksheet, kind: HttpKind, pages: Quantity, responseTime: Quantity): Quantity {
  return kind.waits === 'from the call'
    ? sheet.step('busy', 'ms', 'of a poll beside the interval, which runs from the call', f`0`, kind.source)
    : sheet.step(
        'busy',
        'ms',
        'of a poll beside the interval, which begins after the answer',
        f`${pages} × ${responseTime} + ${kind.overheadMs}`,
        kind.source,
      )
}

function intervalOf(sheet: Worksheet, given: HttpGiven, poll: Poll, peak: Quantity | undefined): Quantity {
  const { interval, rateLimit, pageRecords, utilization } = given
  const { kind, callers, pages, busy } = poll
  const least =
    rateLimit === undefined
      ? undefined
      : sheet.step(
          'leastInterval',
          'ms',
          'so that all tasks together stay within the limit',
          f`ceil(max(0, ${callers} × ${pages} × 1000 / ${rateLimit} - ${busy}))`,
        )
  const readers = readersOf(kind, callers)
  const needed = (wanted: Quantity) =>
    sheet.step(
      'longestInterval',
      'ms',
      'that reads the rate, with room to catch up',
      f`floor(max(0, ${readers} × ${pages} × 1000 × ${pageRecords} × ${utilization} / ${wanted} - ${busy}))`,
    )
  const longest = peak === undefined ? undefined : needed(peak)
  if (interval !== undefined) return interval
  const wanted = [longest, least].filter((one) => one !== undefined)
  return wanted.length === 0
    ? sheet.step('interval', 'ms', 'the default of the connector', f`${kind.intervalMs}`, kind.source)
    : sheet.step('interval', 'ms', 'to set: what the rate needs and the limit allows', most(wanted))
}

/** Callers that read different records. */
function readersOf({ split }: HttpKind, callers: Quantity): Quantity {
  return split === 'none' && callers.value > 1 ? { ...callers, name: '1', value: 1 } : callers
}

function cycleOf(sheet: Worksheet, { kind, pages, responseTime, busy }: Poll, interval: Quantity): Quantity {
  return sheet.step(
    'cycle',
    'ms',
    'from one poll of a task to its next',
    kind.waits === 'from the call'
      ? f`max(${interval}, ${pages} × ${responseTime})`
      : f`${interval} + ${busy}`,
    kind.source,
  )
}

function throughputOf(
  sheet: Worksheet,
  { split }: HttpKind,
  { tasks, pageRecords }: HttpGiven,
  calls: Quantity,
): Quantity {
  const about = 'distinct records, each page full'
  if (split !== 'none' || tasks.value === 1) {
    return sheet.step('throughput', 'records/s', about, f`${calls} × ${pageRecords}`)
  }
  sheet.step('written', 'records/s', 'to the topic, copies included', f`${calls} × ${pageRecords}`)
  return sheet.step('throughput', 'records/s', about, f`${calls} × ${pageRecords} / ${tasks}`)
}

/** Rounding to six digits is no excess. */
function isAbove(one: Quantity, other: Quantity): boolean {
  return one.value > other.value * (1 + 1e-5)
}

const REASONS: Readonly<Record<string, string>> = {
  rateLimit: 'the rate limit of the API',
  responseTime: 'the response time',
  interval: 'the interval',
  peak: 'the rate',
}

/** The step or the input that decides how much is read. */
function limitOf(
  { rateLimit, interval: wanted }: HttpGiven,
  { kind, pages, responseTime }: Poll,
  { interval, asked, peak }: { interval: Quantity; asked: Quantity; peak: Quantity | undefined },
): string {
  const isTight = rateLimit !== undefined && asked.value > rateLimit.value * 0.98
  if (isTight) return 'rateLimit'
  const waits =
    kind.waits === 'from the call' ? interval.value - pages.value * responseTime.value : interval.value
  if (waits <= 0) return 'responseTime'
  return wanted === undefined && peak !== undefined ? 'peak' : 'interval'
}

interface Reading {
  readonly given: HttpGiven
  readonly kind: HttpKind
  readonly peak: Quantity
  readonly throughput: Quantity
  readonly calls: Quantity
}

function lookAtTheRate(
  sheet: Worksheet,
  { given, kind, peak, throughput, calls }: Reading,
  limitedBy: string,
): void {
  const copies = kind.split === 'none' ? given.tasks : 1
  const needed = sheet.step(
    'pageNeeded',
    'records',
    'a page needs so that these calls read the rate',
    f`ceil(${peak} × ${copies} / ${calls})`,
  )
  if (throughput.value >= peak.value) {
    if (isAbove(peak, { ...throughput, value: throughput.value * given.utilization.value })) {
      sheet.warn(
        'no-room',
        `${formatRate(throughput.value)} are read at most, ${formatRate(peak.value)} are due: more than the ${formatShare(given.utilization.value)} that may be used, so a backlog is caught up slowly or never: ${REASONS[limitedBy] ?? limitedBy} decides`,
      )
    }
    return
  }
  sheet.warn(
    'too-slow',
    `${formatRate(throughput.value)} of ${formatRate(peak.value)} are read: ${REASONS[limitedBy] ?? limitedBy} decides; pages of ${shown(needed)} would do${HELP[kind.split]}`,
  )
}

const HELP: Readonly<Record<HttpKind['split'], string>> = {
  entities: ', or more entities in more tasks where the limit allows',
  apis: ', or more APIs in more tasks where the limit allows',
  sources: ', or more sources in more tasks where the limit allows',
  none: '; more tasks would not',
}
