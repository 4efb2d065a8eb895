/**
 * Which partitions a member has. With eager rebalancing librdkafka names all of them each time, with cooperative (and
 * KIP-848) only what comes and goes; who listens is told of all.
 */
import type { KafkaConsumer, TopicPartition } from '@confluentinc/kafka-javascript'
import type { ConsumerEvents } from '../consumer.ts'

const ASSIGN_PARTITIONS = -175
const REVOKE_PARTITIONS = -174

type Told = Pick<ConsumerEvents, 'onAssigned' | 'onRevoked'>

export interface Assignment {
  changed(code: number, partitions: readonly number[], cooperative: boolean, lost: boolean): void
}

export function createAssignment(events: Told): Assignment {
  let own = new Set<number>()
  let told: string | undefined

  const tell = () => {
    const partitions = [...own].toSorted((a, b) => a - b)
    const text = partitions.join(',')
    // A cooperative rebalance that changes nothing here is no change
    if (text === told) return
    told = text
    events.onAssigned(partitions)
  }

  return {
    changed(code, partitions, cooperative, lost) {
      if (code === ASSIGN_PARTITIONS) {
        own = new Set(cooperative ? [...own, ...partitions] : partitions)
        tell()
        return
      }
      if (code !== REVOKE_PARTITIONS) return
      for (const partition of partitions) own.delete(partition)
      if (!cooperative) {
        own.clear()
        told = undefined
      }
      if (partitions.length > 0) events.onRevoked(partitions, lost)
      if (cooperative && own.size > 0) tell()
    },
  }
}

/** Follows the rebalances of a consumer that is made with `rebalance_cb: true`; the binding assigns by itself. */
export function followRebalances(
  consumer: KafkaConsumer,
  assignment: Assignment,
  isClosing: () => boolean,
): void {
  consumer.on('rebalance', (error, partitions: TopicPartition[]) => {
    // Typed too narrowly: both are the consumer's (lib/kafka-consumer.js), and the second must not be asked at the end
    const revoked = error.code === REVOKE_PARTITIONS
    const lost = revoked && !isClosing() && callOf(consumer, 'assignmentLost') === true
    const cooperative = callOf(consumer, 'rebalanceProtocol') === 'COOPERATIVE'
    assignment.changed(
      error.code,
      partitions.map(({ partition }) => partition),
      cooperative,
      lost,
    )
  })
}

function callOf(consumer: KafkaConsumer, name: 'assignmentLost' | 'rebalanceProtocol'): unknown {
  const method: unknown = Reflect.get(consumer, name)
  return typeof method === 'function' ? method.call(consumer) : undefined
}
