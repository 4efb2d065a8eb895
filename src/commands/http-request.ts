/** What was asked of `tune bench http`, read and checked. No broker and no API is touched here. */
import type { InstancePlan } from '../bench/http/plan.ts'
import type { WarmupPlan } from '../bench/plan.ts'
import type { Load, Warning } from '../core/result.ts'
import { TuneError } from '../errors.ts'
import { neverDue } from '../http/config/never-due.ts'
import type { Reading } from '../http/config/read.ts'
import { dealLanes } from '../http/plan.ts'
import { askedUrls, type HttpSetup } from '../http/setup.ts'
import { parseDurationMs, parseRate, UNPACED } from '../units.ts'
import { type BenchRequest, readBenchRequest, type TopicRequest, topicRequest } from './bench-request.ts'
import type { HttpFlags } from './http-flags.ts'
import { producerOf, topicOf } from './http-kafka.ts'
import { readSetups } from './http-setups.ts'
import { httpThresholds } from './http-thresholds.ts'
import type { Io } from './io.ts'
import { ownStubArguments } from './own-stub.ts'
import { warmupPlan } from './producer-load.ts'

export interface HttpRequest extends BenchRequest {
  readonly sink: 'kafka' | 'none'
  readonly topic: TopicRequest
  /** Connectors side by side; where a stub is polled, only the paths of their targets count. */
  readonly setups: readonly HttpSetup[]
  /** What the configurations said, and what of it could not be taken along. */
  readonly readings: readonly Reading[]
  readonly warnings: readonly Warning[]
  /** Undefined: as each setup's own interval says. */
  readonly pollsPerSec: number | undefined
  /** Arguments of the stub API; undefined where an API is named. */
  readonly stub: readonly string[] | undefined
  readonly durationMs: number
  readonly warmup: WarmupPlan
  readonly pacing: 'timer' | 'precise'
  readonly drainMs: number
}

const DEFAULT_DURATION_MS = 10_000
const DEFAULT_DRAIN_MS = 30_000

export async function readHttpRequest(flags: HttpFlags, io: Io): Promise<HttpRequest> {
  refuse(flags)
  const { setups: read, readings, profile, warnings } = readSetups(flags, io)
  const stub = stubFor(read, flags)
  const isOther = stub !== undefined || flags.url !== undefined
  const setups = isOther ? read.map(withoutEndpoints) : read
  const isKafka = flags.sink !== 'none'
  const named = withTopic(flags, setups, isKafka)
  const durationMs =
    flags.duration === undefined
      ? DEFAULT_DURATION_MS
      : parseDurationMs(flags.duration, '--duration', { min: 1 })
  const { profile: _, ...others } = flags
  const request = await readBenchRequest(
    'http',
    others,
    { '--producer-props': flags.producerProps, '--command-property': flags.commandProperty },
    flags.commandConfig,
    io,
  )
  return {
    ...request,
    profile,
    properties: isKafka ? producerOf(setups, request.properties) : request.properties,
    thresholds: httpThresholds(request.thresholds, setups, readings, flags.thresholds),
    sink: isKafka ? 'kafka' : 'none',
    topic: topicRequest(named, request, flags.createTopic === true || named.topic === undefined),
    setups: stub === undefined ? setups : setups.map(withTarget),
    readings,
    warnings: [
      ...warnings,
      ...(isOther ? read.flatMap((setup) => endpointsLeft(setup, flags)) : []),
      ...setups.flatMap((setup) => neverDue(setup, durationMs, Date.now())),
    ],
    pollsPerSec: flags.polls === undefined ? undefined : parseRate(flags.polls, '--polls'),
    stub,
    durationMs,
    warmup: warmupPlan(flags),
    pacing: flags.pacing === 'precise' ? 'precise' : 'timer',
    drainMs:
      flags.drainTimeout === undefined
        ? DEFAULT_DRAIN_MS
        : parseDurationMs(flags.drainTimeout, '--drain-timeout', { min: 1 }),
  }
}

/** @throws TuneError USAGE */
function refuse(flags: HttpFlags): void {
  if (flags.polls !== undefined && flags.pollInterval !== undefined) {
    throw new TuneError('USAGE', '--polls and --poll-interval exclude each other', {
      hint: 'give one of them',
    })
  }
  const forKafka = [
    ['--bootstrap-server', flags.bootstrapServer],
    ['--topic', flags.topic],
    ['--engine', flags.engine],
  ] as const
  const given = forKafka.find(([, value]) => value !== undefined)
  if (flags.sink === 'none' && given !== undefined) {
    throw new TuneError('USAGE', `${given[0]} is for Kafka, and --sink none has none`, {
      hint: 'leave one of them out',
    })
  }
}

/**
 * Arguments of a stub API; undefined where another is polled. It pages as the configuration asks, unless told otherwise.
 * @throws TuneError USAGE
 */
function stubFor(setups: readonly HttpSetup[], flags: HttpFlags): readonly string[] | undefined {
  const asked = ownStubArguments(flags)
  const isAsked = flags.stub === true || asked.length > 0
  if (flags.url !== undefined && isAsked) {
    const [first] = asked
    throw new TuneError(
      'USAGE',
      `${first === undefined ? '--stub' : first.replace('--', '--stub-')} is for the stub API, and --url names another`,
      { hint: 'leave one of them out' },
    )
  }
  const isNamed = setups.every(({ plan }) => plan.targets.length > 0)
  if (isNamed && !isAsked) return undefined
  const kind = setups[0]?.plan.paging.kind ?? 'none'
  return flags.stubPagination === undefined && kind !== 'none' ? [...asked, '--pagination', kind] : asked
}

/** Requests are shared out over the configuration's own API; whoever polls another one must not load it. */
function withoutEndpoints({ balancing: _, ...setup }: HttpSetup): HttpSetup {
  return setup
}

function endpointsLeft({ name, balancing }: HttpSetup, { url }: HttpFlags): Warning[] {
  if (balancing === undefined) return []
  const instead = url === undefined ? 'the stub API' : '--url'
  return [
    {
      id: 'endpoints-not-asked',
      text: `${name}: its ${balancing.endpoints.length} endpoints are not asked, and share out nothing: ${instead} takes their place`,
    },
  ]
}

/** Whom the requests load; nobody but a stub of its own where it is polled. */
export function hostsOf({ setups, stub }: Pick<HttpRequest, 'setups' | 'stub'>): string[] {
  if (stub !== undefined) return []
  const urls = setups.flatMap(askedUrls)
  return [...new Set(urls.map((url) => new URL(url).host))]
}

/** What the stub has, where nothing says what else to ask it for. */
function withTarget(setup: HttpSetup): HttpSetup {
  const { plan } = setup
  if (plan.targets.length > 0) return setup
  return { ...setup, plan: { ...plan, targets: [{ name: 'records', url: 'http://localhost/records' }] } }
}

function withTopic(flags: HttpFlags, setups: readonly HttpSetup[], isKafka: boolean): HttpFlags {
  const topic = isKafka ? topicOf(setups, flags.topic) : undefined
  return topic === undefined ? flags : { ...flags, topic }
}

/**
 * Each setup with its polls: those asked for are shared out by lanes; else each lane polls at its own interval.
 * @throws TuneError USAGE where some have an interval and others none
 */
export function instancesOf(setups: readonly HttpSetup[], pollsPerSec: number | undefined): InstancePlan[] {
  const lanes = setups.map(({ plan }) => dealLanes(plan).length)
  const all = lanes.reduce((total, count) => total + count, 0)
  const instances = setups.map((setup, n) => {
    const count = lanes[n] ?? 1
    return {
      setup,
      load: loadOf(setup, count, pollsPerSec && pollsPerSec > 0 ? (pollsPerSec * count) / all : pollsPerSec),
    }
  })
  const shapes = new Set(instances.map(({ load }) => load.shape))
  if (shapes.size > 1) {
    throw new TuneError(
      'USAGE',
      'some configurations poll at an interval, and others as fast as answers come',
      {
        hint: 'give --poll-interval or --polls, which is for all of them',
      },
    )
  }
  return instances
}

function loadOf({ pollIntervalMs }: HttpSetup, lanes: number, pollsPerSec: number | undefined): Load {
  const ratePerSec = pollsPerSec ?? (pollIntervalMs === undefined ? UNPACED : (lanes * 1000) / pollIntervalMs)
  return ratePerSec === UNPACED ? { shape: 'unpaced', maxInFlight: lanes } : { shape: 'constant', ratePerSec }
}
