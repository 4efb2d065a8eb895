/** Why a kafkajs consumer does not go on. */
import { TuneError } from '../../errors.ts'
import type { ConsumerPlan } from '../consumer.ts'
import { noSuchTopic } from '../consumer-errors.ts'
import { probe } from '../probe.ts'
import { OWN_GROUP } from './consumer-config.ts'
import { chain, codeOf, explain } from './errors.ts'

export async function explainEnd(error: unknown, plan: ConsumerPlan): Promise<unknown> {
  const { connection, topic, subscription } = plan
  if (codeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return noSuchTopic(topic)
  if (!chain(error).some(({ name }) => name === 'KafkaJSGroupCoordinatorNotFound')) {
    return explain(error, connection, `read topic ${topic}`)
  }
  // kafkajs keeps what the brokers answered to itself (cluster/index.js). Where they answer at all, it is a right.
  await probe(connection)
  const group = subscription.kind === 'group' ? `group ${subscription.groupId}` : `a group ${OWN_GROUP}…`
  return new TuneError(
    'UNAUTHORIZED',
    `${connection.bootstrapServers} names no coordinator for ${group}: this user may not read in it`,
    { hint: 'grant the ACL (Read on the group), or use another user', cause: error },
  )
}
