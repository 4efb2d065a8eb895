/** What an error means for the reading of a partition: a rest, another broker, another offset, or the end. */
import { TuneError } from '../../errors.ts'
import { mayNotRead } from '../consumer-errors.ts'
import type { Connection } from '../driver.ts'
import type { Fault } from './batches.ts'
import { answerOf } from './codes.ts'
import type { WireConsumerConfig } from './consumer-config.ts'
import type { Fetchers } from './fetchers.ts'
import { type LogEdge, offsetsRequest, readOffsetsAnswer } from './offsets-request.ts'
import { askFrom, type Reading } from './reading.ts'

export interface Troubles {
  /** The answer's error code for the partition. */
  refused(reading: Reading, errorCode: number): void
  /** What the partition brought cannot be read from that offset on. */
  unreadable(reading: Reading, fault: Fault, offset: number): void
  /** The cluster does not know the topic, or not this partition of it. */
  unknown(reading: Reading): void
  close(): void
}

export interface TroublesOptions {
  readonly config: WireConsumerConfig
  readonly topic: string
  readonly connection: Connection
  readonly fetchers: Pick<Fetchers, 'of' | 'pump' | 'sort'>
  readonly onError: (code: string) => void
  /** Somebody else may lead now. */
  readonly onLeaderless: () => void
  readonly onFailed: (error: TuneError) => void
}

const OFFSET_OUT_OF_RANGE = 1
const UNKNOWN_TOPIC_OR_PARTITION = 3
const TOPIC_AUTHORIZATION_FAILED = 29

export function createTroubles(options: TroublesOptions): Troubles {
  const { config, topic, connection, fetchers, onError, onLeaderless, onFailed } = options
  const timers = new Set<NodeJS.Timeout>()

  const resume = (reading: Reading) => {
    reading.paused = false
    const fetcher = fetchers.of(reading)
    if (fetcher !== undefined) fetchers.pump(fetcher)
  }

  /** It asks nothing for a while, longer each time. */
  const rest = (reading: Reading) => {
    const restMs = Math.min(config.retryBackoffMs * 2 ** reading.failures, config.retryBackoffMaxMs)
    reading.failures += 1
    reading.paused = true
    const timer = setTimeout(() => {
      timers.delete(timer)
      resume(reading)
    }, restMs)
    timers.add(timer)
  }

  /** True when it has been in trouble for too long. */
  const isOver = (reading: Reading) => {
    reading.troubleSinceMs ??= performance.now()
    return performance.now() - reading.troubleSinceMs >= config.patienceMs
  }

  const unknown = (reading: Reading) => {
    if (!isOver(reading)) return
    const seconds = config.patienceMs / 1000
    onFailed(
      new TuneError(
        'TOPIC',
        `partition ${reading.partition} of topic ${topic} has been gone for ${seconds} s`,
        {
          hint: 'was the topic deleted? see it with: kafka-topics.sh --describe',
        },
      ),
    )
  }

  const askEdge = (reading: Reading, edge: LogEdge, onOffset: (offset: number) => void) => {
    const { partition } = reading
    const question = {
      clientId: connection.clientId,
      topic,
      partition,
      readCommitted: config.readCommitted,
      edge,
    }
    const link = fetchers.of(reading)?.link
    if (link === undefined) return rest(reading)
    link.send(
      (id) => [offsetsRequest(id, question)],
      readOffsetsAnswer,
      (fate) => {
        // A lost connection is told by its link
        if (!('answer' in fate)) return rest(reading)
        const error = answerOf(fate.answer.errorCode)
        if (error === undefined) return onOffset(fate.answer.offset)
        onError(error.name)
        rest(reading)
        onLeaderless()
      },
    )
  }

  /** Goes to the end of the log that the wanted offset lies beyond. */
  const findOffset = (reading: Reading) => {
    reading.paused = true
    askEdge(reading, 'earliest', (earliest) => {
      if (reading.offset < earliest) return found(reading, earliest)
      askEdge(reading, 'latest', (latest) => found(reading, Math.min(reading.offset, latest)))
    })
  }

  const found = (reading: Reading, offset: number) => {
    askFrom(reading, offset)
    reading.handedOffset = offset
    resume(reading)
  }

  return {
    refused(reading, errorCode) {
      if (errorCode === TOPIC_AUTHORIZATION_FAILED) {
        return onFailed(mayNotRead(connection, topic, 'TOPIC_AUTHORIZATION_FAILED'))
      }
      const name = answerOf(errorCode)?.name ?? 'UNKNOWN'
      if (reading.replica >= 0) {
        // It may only lag behind: the leader knows
        reading.replica = -1
        fetchers.sort()
        if (errorCode === OFFSET_OUT_OF_RANGE) return resume(reading)
      }
      onError(name)
      if (errorCode === OFFSET_OUT_OF_RANGE) return findOffset(reading)
      rest(reading)
      onLeaderless()
      if (errorCode === UNKNOWN_TOPIC_OR_PARTITION) unknown(reading)
    },
    unreadable(reading, fault, offset) {
      onError(fault)
      askFrom(reading, offset)
      const where = `partition ${reading.partition} of topic ${topic} from offset ${offset} on`
      if (fault !== 'CORRUPT_MESSAGE') {
        return onFailed(
          new TuneError('UNSUPPORTED', `the wire driver cannot read ${where}: ${fault}`, {
            hint: 'it reads message format 2 (Kafka 0.11 and later); use --driver confluent',
          }),
        )
      }
      // Bytes may have suffered on their way: what lies there is asked for once more, and again
      rest(reading)
      if (isOver(reading)) {
        onFailed(
          new TuneError('ABORTED', `${where} cannot be read: ${fault}`, {
            hint: "look at the broker's log segment with: kafka-dump-log.sh --deep-iteration",
          }),
        )
      }
    },
    unknown,
    close() {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}
