/** What was asked of `tune bench http`, read and checked. No broker and no API is touched here. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { InstancePlan } from '../bench/http/plan.ts'
import type { WarmupPlan } from '../bench/plan.ts'
import type { Load } from '../core/result.ts'
import { messageOf, TuneError } from '../errors.ts'
import { dealLanes } from '../http/plan.ts'
import type { HttpSetup } from '../http/setup.ts'
import { parseDurationMs, parseRate, UNPACED } from '../units.ts'
import { type BenchRequest, readBenchRequest, type TopicRequest, topicRequest } from './bench-request.ts'
import type { HttpFlags } from './http-flags.ts'
import { httpSetup } from './http-setup.ts'
import type { Io } from './io.ts'
import { ownStubArguments } from './own-stub.ts'
import { warmupPlan } from './producer-load.ts'

export interface HttpRequest extends BenchRequest {
  readonly sink: 'kafka' | 'none'
  readonly topic: TopicRequest
  /** Connectors side by side; without a target, they are for the stub. */
  readonly setups: readonly HttpSetup[]
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
  const ca = flags.ca === undefined ? undefined : readCa(flags.ca, io)
  const setup = httpSetup(flags)
  const setups = [ca === undefined ? setup : { ...setup, connection: { ...setup.connection, ca } }]
  const stub = ownStubArguments(flags)
  if (flags.url !== undefined && stub.length > 0) {
    throw new TuneError(
      'USAGE',
      `${stub[0]?.replace('--', '--stub-')} is for the stub API, and --url names another`,
      {
        hint: 'leave one of them out',
      },
    )
  }
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
    sink: flags.sink === 'none' ? 'none' : 'kafka',
    topic: topicRequest(flags, request, flags.createTopic === true),
    setups,
    pollsPerSec: flags.polls === undefined ? undefined : parseRate(flags.polls, '--polls'),
    stub: flags.url === undefined ? stub : undefined,
    durationMs:
      flags.duration === undefined
        ? DEFAULT_DURATION_MS
        : parseDurationMs(flags.duration, '--duration', { min: 1 }),
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

function readCa(path: string, io: Io): string {
  try {
    return readFileSync(resolve(io.cwd, path), 'utf8')
  } catch (error) {
    throw new TuneError('CONFIG', `--ca: cannot read ${path}: ${messageOf(error)}`, {
      hint: 'give a PEM file',
    })
  }
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
