/** One connector of a run: its API client, its poll loop, its way to Kafka. */
import { randomInt } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import type { OnDone } from '../../core/operation.ts'
import { type Answers, createAnswers } from '../../core/phase.ts'
import type { Load } from '../../core/result.ts'
import type { ClientStats as KafkaStats } from '../../drivers/driver.ts'
import { type ClientStats, createClient } from '../../http/client.ts'
import { createLimiter } from '../../http/limiter.ts'
import { createPoller, type Poller, type PollerEvents } from '../../http/poller.ts'
import type { HttpSetup } from '../../http/setup.ts'
import { countingSink, type Sink } from '../../http/sink.ts'
import type { KafkaSink } from './kafka-sink.ts'
import { createParts, type PartsSeen } from './parts.ts'
import type { InstancePlan } from './plan.ts'

export interface Instance {
  readonly load: Load
  readonly poller: Poller
  readonly answers: Answers
  pool(): ClientStats
  kafka(): KafkaStats
  /** Of cache, conversion and the rest, since the last reset. */
  parts(startMs: number): PartsSeen
  /** Counts begin again. */
  reset(): void
  close(): Promise<void>
}

export interface InstanceIo {
  readonly clock: Clock
  readonly events: PollerEvents
  /** Answers of the sink, before the poller hears of them. */
  readonly onDone: OnDone
  /** Undefined: records are counted and let go. */
  readonly openSink: ((setup: HttpSetup, onDone: OnDone) => Promise<KafkaSink>) | undefined
  /** For records in error; undefined where nothing is kept, or no topic is named. */
  readonly openDeadLetters?: ((topic: string, onDone: OnDone) => Promise<KafkaSink>) | undefined
}

/** Chances of jitter need no more. */
const CHANCES = 2 ** 30

export async function openInstance({ setup, load }: InstancePlan, io: InstanceIo): Promise<Instance> {
  const { clock, events, openSink } = io
  const answered: OnDone = (operation, error, outcome, failed, place) => {
    io.onDone(operation, error, outcome, failed, place)
    poller.answered(operation, error, outcome)
  }
  const kafka = await openSink?.(setup, answered)
  const sink: Sink = kafka ?? countingSink(answered)
  const buried: OnDone = (operation, error, outcome) => poller.answered(operation, error, outcome)
  const { deadLetterTopic } = setup.transform
  const deadKafka =
    deadLetterTopic === undefined ? undefined : await io.openDeadLetters?.(deadLetterTopic, buried)
  const deadLetters = deadLetterTopic === undefined ? undefined : (deadKafka ?? countingSink(buried))
  const { endpoints, cache, ...parts } = createParts(setup, clock)
  const client = createClient(setup.connection, clock.nowMs)
  const answers = createAnswers()
  const poller = createPoller(setup.plan, sink, {
    clock,
    fetch: {
      client,
      limiter: createLimiter(setup.plan.rateLimit, clock.nowMs()),
      chance: () => randomInt(CHANCES) / CHANCES,
      endpoints,
    },
    events,
    convert: parts.convert,
    ...(cache === undefined ? {} : { cache }),
    ...(setup.scaling === undefined ? {} : { scaling: setup.scaling }),
    ...(deadLetters === undefined ? {} : { deadLetters }),
    onPolled: answers.onDone,
    paced: load.shape !== 'unpaced',
  })
  return {
    load,
    poller,
    answers,
    pool: client.stats,
    kafka: () => kafka?.stats() ?? {},
    parts: (startMs) => parts.seen(poller, startMs),
    reset() {
      poller.reset()
      parts.reset()
    },
    async close() {
      await client.close()
      await kafka?.close()
      await deadKafka?.close()
    },
  }
}
