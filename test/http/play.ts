/** Plays a poller on a test clock, against a fake API and a sink of one's own. */
import type { Operation } from '../../src/core/operation.ts'
import { createAnswers } from '../../src/core/phase.ts'
import { Recorder } from '../../src/core/recorder.ts'
import { runPhase } from '../../src/core/run.ts'
import type { Endpoints } from '../../src/http/balancing.ts'
import { createLimiter } from '../../src/http/limiter.ts'
import type { Paging } from '../../src/http/pager.ts'
import type { PollPlan } from '../../src/http/plan.ts'
import { createPoller, type PollerIo } from '../../src/http/poller.ts'
import { DEFAULT_RETRY } from '../../src/http/retry.ts'
import { type Batch, countingSink, type Sink } from '../../src/http/sink.ts'
import type { Rate } from '../../src/http/token-bucket.ts'
import { createTestClock, type TestClock } from '../core/test-clock.ts'
import { type FakeApiOptions, fakeApi } from './fake-api.ts'

export const CURSOR: Paging = {
  kind: 'cursor',
  param: 'cursor',
  limitParam: 'limit',
  limit: 10,
  start: '',
  cursorPath: 'next_cursor',
  linkRel: 'next',
  maxPages: 100,
}
export const PLAN: PollPlan = {
  targets: [{ name: 'records', url: 'http://api.test/records' }],
  tasks: 1,
  method: 'GET',
  headers: {},
  paging: CURSOR,
  threads: 1,
  queuePages: 50,
  parse: true,
  batchRecords: 500,
  retry: { ...DEFAULT_RETRY, backoffMs: 100, policy: 'constant' },
}

export interface Setting {
  readonly plan?: Partial<PollPlan>
  readonly api: FakeApiOptions
  readonly rate?: Rate
  readonly pollsPerSec?: number
  readonly durationMs?: number
  readonly drainMs?: number
  readonly maxInFlight?: number
  readonly sink?: (onDone: (operation: Operation) => void, clock: TestClock) => Sink
  /** What the poller has beside. */
  readonly parts?: (clock: TestClock) => Partial<PollerIo>
  readonly endpoints?: Endpoints
  /** Counted by what it is given, and answered at once. */
  readonly deadLetters?: (batch: Batch) => void
}

/** A poller with its recorders, for one phase. */
export async function play(setting: Setting) {
  const clock = createTestClock()
  const { client, asked } = fakeApi(clock, setting.api)
  const records = new Recorder({ intervalMs: 1000, answered: true, keepSeries: true })
  const requests = new Recorder({ intervalMs: 1000, answered: true, keepSeries: true })
  const polls = new Recorder({ intervalMs: 1000, answered: true, keepSeries: true })
  const answers = createAnswers()
  const done: Operation[] = []
  const onDone = (operation: Operation, error?: string) => {
    if (error === undefined) records.acknowledged(operation, clock.nowMs())
    else records.gaveUp(operation, clock.nowMs(), error, 'failed')
    done.push(operation)
    poller.answered(operation, error)
  }
  const sink = (setting.sink ?? ((answer) => countingSink(answer)))(onDone, clock)
  const { deadLetters } = setting
  const buried = deadLetters && countingSink((operation) => poller.answered(operation))
  const paced = setting.maxInFlight === undefined
  const poller = createPoller({ ...PLAN, ...setting.plan }, sink, {
    clock,
    fetch: {
      client,
      limiter: createLimiter(setting.rate, 0),
      chance: () => 0.5,
      endpoints: setting.endpoints,
    },
    events: {
      requestSent: (operation) => requests.sentOne(operation),
      requestDone(operation, doneMs, code) {
        if (code === undefined) requests.acknowledged(operation, doneMs)
        else requests.gaveUp(operation, doneMs, code, 'failed')
      },
      batchSent: (operation) => records.sentOne(operation),
    },
    convert: (found) => ({ values: found.map((one) => Buffer.from(JSON.stringify(one))) }),
    onPolled: answers.onDone,
    paced,
    ...(buried && {
      deadLetters: {
        ...buried,
        send(batch: Batch) {
          deadLetters?.(batch)
          return buried.send(batch)
        },
      },
    }),
    ...setting.parts?.(clock),
  })
  const { pollsPerSec = 10, durationMs = 1000, drainMs = 30_000 } = setting
  const outcome = await clock.play(
    runPhase(
      {
        load: paced
          ? { shape: 'constant', ratePerSec: pollsPerSec }
          : { shape: 'unpaced', maxInFlight: setting.maxInFlight ?? 1 },
        durationMs,
        precise: false,
        drainMs,
      },
      { clock, client: poller, recorder: polls, signal: new AbortController().signal },
      answers,
    ),
  )
  const endMs = Math.max(outcome.endMs, records.lastDoneMs ?? 0)
  return {
    outcome,
    asked,
    done,
    clock,
    poller,
    counts: poller.counts(),
    times: poller.times(),
    records: records.finish(endMs),
    requests: requests.finish(endMs),
    polls: polls.finish(Math.max(endMs, polls.lastDoneMs ?? 0)),
  }
}
