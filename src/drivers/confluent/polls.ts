/**
 * The polling loop. Of the binding's ways to read, `consume(n, callback)` costs least: it makes the records of a poll
 * in one go. CPU of the whole process for a record of 1,024 B (100 B), benchmarks/bare/confluent-consumer.mjs and
 * variants of it on Node 20: consume(n) 5.4 µs (4.2 µs) with any n from 100 to 5,000, and 5.9 µs (4.9 µs) with 20,000;
 * the flowing consume() 9 µs (5.5 µs), and it cannot be held, so that its queue grows to a gigabyte; eachBatch of the
 * KafkaJS-like consumer, which is built on consume(n), 9 µs (7.7 µs).
 */
import type { KafkaConsumer, LibrdKafkaError, Message } from '@confluentinc/kafka-javascript'

/**
 * How long a poll waits when nothing was there. It keeps one of libuv's four threads, so it is short; it ends with the
 * first record.
 */
const WAIT_MS = 100

/** After an error librdkafka has something else to do first. */
const ERROR_PAUSE_MS = 20

/** While the application is busy and a commit has no answer yet. */
const SERVE_MS = 10
const SERVE_PAUSE_MS = 5
const SERVE_RECORDS = 64

export interface PollHandlers {
  /** Never empty. What it returns is waited for before the next poll. */
  onMessages(messages: Message[]): void | Promise<void>
  /** @returns false when the polling has to end */
  onError(error: LibrdKafkaError): boolean
  /** The application's own failure. */
  onFailure(error: unknown): void
  /** True while the answer to a commit is due, which comes only through a poll. */
  isWaiting(): boolean
}

export interface Polls {
  start(): void
  /** An application that is busy has asked for something that only polling brings. */
  serve(): void
  /** Comes back when no poll is under way any more; what the last one brought was handed over. */
  stop(): Promise<void>
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export function createPolls(consumer: KafkaConsumer, maxRecords: number, handlers: PollHandlers): Polls {
  let running: Promise<void> | undefined
  let stopped = false
  let isBusy = false
  let release = () => {}
  let serving: Promise<void> | undefined
  /** What came while the application was busy: it is next. */
  const kept: Message[] = []

  /**
   * Takes the records within the callback, and keeps no hold on them: those of the last poll would else live until
   * after the next one, and the collector would copy them (a tenth of the whole cost at 1,024 B).
   * @returns how many there were; nothing when there was an error, which was told
   */
  const poll = async (records: number, waitMs: number, take: (messages: Message[]) => void) => {
    try {
      return await new Promise<number>((resolve, reject) => {
        consumer.setDefaultConsumeTimeout(waitMs)
        consumer.consume(records, (error, messages) => {
          // Typed as an error always, but it is null when all is well
          if (error) reject(error)
          else {
            if (messages.length > 0) take(messages)
            resolve(messages.length)
          }
        })
      })
    } catch (error) {
      if (!stopped && isNumbered(error) && !handlers.onError(error)) stopped = true
      if (!stopped) await pause(ERROR_PAUSE_MS)
      return undefined
    }
  }

  const fail = (error: unknown) => {
    stopped = true
    handlers.onFailure(error)
  }

  /** What the application is busy with. */
  let answer: Promise<void> | undefined
  const hand = (messages: Message[]) => {
    try {
      answer = handlers.onMessages(messages) ?? undefined
    } catch (error) {
      fail(error)
    }
  }

  const waitForAnswer = async () => {
    if (answer === undefined) return
    const awaited = answer
    answer = undefined
    isBusy = true
    if (handlers.isWaiting()) api.serve()
    try {
      await new Promise<void>((resolve, reject) => {
        release = resolve
        awaited.then(resolve, reject)
        if (stopped) resolve()
      })
    } catch (error) {
      fail(error)
    }
    isBusy = false
    await serving
  }

  const run = async () => {
    // A poll for many takes only what is there, so that a record never waits for others; a poll for one waits.
    let isDrained = true
    while (!stopped) {
      const asked: number = isDrained ? 1 : maxRecords
      const found = await poll(asked, isDrained ? WAIT_MS : 0, hand)
      isDrained = found === undefined || found < asked
      await waitForAnswer()
      while (kept.length > 0 && !stopped) {
        hand(kept.splice(0, maxRecords))
        await waitForAnswer()
      }
    }
    if (kept.length > 0) hand(kept.splice(0))
    answer?.catch(() => {})
  }

  const serveCommits = async () => {
    while (isBusy && !stopped && handlers.isWaiting()) {
      await poll(1, SERVE_MS, (messages) => kept.push(...messages))
      // A broker that does not answer must not make the memory full
      if (kept.length > SERVE_RECORDS) await pause(SERVE_PAUSE_MS)
    }
  }

  const api: Polls = {
    start() {
      running ??= run()
    },
    serve() {
      if (!isBusy || serving !== undefined) return
      serving = serveCommits().finally(() => {
        serving = undefined
      })
    },
    async stop() {
      stopped = true
      release()
      await running
    },
  }
  return api
}

function isNumbered(error: unknown): error is LibrdKafkaError {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error
}
