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

  const poll = (records: number, waitMs: number) =>
    new Promise<Message[]>((resolve, reject) => {
      consumer.setDefaultConsumeTimeout(waitMs)
      consumer.consume(records, (error, messages) => {
        // Typed as an error always, but it is null when all is well
        if (error) reject(error)
        else resolve(messages)
      })
    })

  /** A poll whose errors were told; nothing when there was one. */
  const pollOrTell = async (records: number, waitMs: number): Promise<Message[] | undefined> => {
    try {
      return await poll(records, waitMs)
    } catch (error) {
      if (!stopped && isNumbered(error) && !handlers.onError(error)) stopped = true
      if (!stopped) await pause(ERROR_PAUSE_MS)
      return undefined
    }
  }

  const hand = async (messages: Message[]) => {
    const answer = handlers.onMessages(messages)
    if (answer === undefined) return
    isBusy = true
    if (handlers.isWaiting()) api.serve()
    try {
      await new Promise<void>((resolve, reject) => {
        release = resolve
        answer.then(resolve, reject)
      })
    } catch (error) {
      stopped = true
      handlers.onFailure(error)
    }
    isBusy = false
    await serving
  }

  const run = async () => {
    // A poll for many takes only what is there, so that a record never waits for others; a poll for one waits.
    let isDrained = true
    while (!stopped) {
      const asked: number = isDrained ? 1 : maxRecords
      const messages = await pollOrTell(asked, isDrained ? WAIT_MS : 0)
      isDrained = messages === undefined || messages.length < asked
      if (messages === undefined || messages.length === 0) continue
      await hand(messages)
      while (kept.length > 0 && !stopped) await hand(kept.splice(0, maxRecords))
    }
    if (kept.length > 0) handlers.onMessages(kept.splice(0))?.catch(() => {})
  }

  const serveCommits = async () => {
    while (isBusy && !stopped && handlers.isWaiting()) {
      const messages = await pollOrTell(1, SERVE_MS)
      if (messages !== undefined) kept.push(...messages)
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
