/** Why a kafkajs consumer does not go on. */
import type { ConsumerPlan } from '../consumer.ts'
import { noCoordinator, noSuchTopic, readGrant } from '../consumer-errors.ts'
import { probe } from '../probe.ts'
import { OWN_GROUP } from './consumer-config.ts'
import { chain, codeOf, explain } from './errors.ts'

/** The brokers name nobody who keeps the group, or none of them answers. */
export function lacksCoordinator(error: unknown): boolean {
  return chain(error).some(({ name }) => name === 'KafkaJSGroupCoordinatorNotFound')
}

export async function explainEnd(error: unknown, plan: ConsumerPlan): Promise<unknown> {
  const { connection, topic, subscription } = plan
  if (codeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return noSuchTopic(topic)
  if (!lacksCoordinator(error)) {
    return explain(error, connection, `read topic ${topic}`, readGrant(connection, topic))
  }
  // Where the brokers answer at all, it is a right (kafkajs, cluster/index.js)
  await probe(connection)
  return noCoordinator(
    connection,
    subscription.kind === 'group' ? subscription.groupId : `${OWN_GROUP}…`,
    error,
  )
}
