/**
 * Commits that wait for the broker. The binding's `commitCb` calls back when librdkafka has taken the commit, not when
 * the broker has (its worker ends in commitAsync, src/kafka-consumer.cc); the answer comes as an `offset.commit` event,
 * between those of automatic commits, and only while somebody polls.
 */
import type { KafkaConsumer, TopicPartitionOffset } from '@confluentinc/kafka-javascript'
import { CommitError } from '../consumer-errors.ts'

interface Pending {
  readonly offsets: ReadonlyMap<number, number>
  resolve(): void
  reject(error: Error): void
}

export interface Commits {
  /** @throws CommitError */
  commit(offsets: ReadonlyMap<number, number>): Promise<void>
  /** True while an answer is due. */
  waiting(): boolean
  /** Nothing will be answered any more. */
  giveUp(code: string): void
}

export function createCommits(
  consumer: KafkaConsumer,
  topic: string,
  nameOf: (error: unknown) => string,
): Commits {
  const pending = new Set<Pending>()

  consumer.on('offset.commit', (error, answered) => {
    // One that was given up before it was sent may come without its offsets
    const found = [...pending].find(({ offsets }) => answered.length === 0 || isSame(offsets, answered))
    if (found === undefined) return
    pending.delete(found)
    // Typed as an error always, but it is undefined for what was stored
    if (error) found.reject(new CommitError(nameOf(error)))
    else found.resolve()
  })

  return {
    commit(offsets) {
      if (offsets.size === 0) return Promise.resolve()
      return new Promise((resolve, reject) => {
        const entry: Pending = { offsets, resolve, reject }
        pending.add(entry)
        try {
          consumer.commit([...offsets].map(([partition, offset]) => ({ topic, partition, offset })))
        } catch (error) {
          pending.delete(entry)
          reject(new CommitError(nameOf(error)))
        }
      })
    },
    waiting: () => pending.size > 0,
    giveUp(code) {
      for (const { reject } of pending) reject(new CommitError(code))
      pending.clear()
    },
  }
}

function isSame(offsets: ReadonlyMap<number, number>, answered: readonly TopicPartitionOffset[]): boolean {
  return (
    answered.length === offsets.size &&
    answered.every(({ partition, offset }) => offsets.get(partition) === offset)
  )
}
