/**
 * kafkajs's own assigner gives all members of a group the topics of the one that leads it: a member that reads others
 * gets partitions that it has not asked for, and nobody those that it has. This one goes by what each has asked for, in
 * turn as the other, under the same name, so that a group may have both.
 */
import kafkajs, { type PartitionAssigner } from 'kafkajs'

const NAME = 'RoundRobinAssigner'
const VERSION = 0

export interface Member {
  readonly memberId: string
  readonly topics: readonly string[]
}

/** Topics' partitions, one after the other, to those who read the topic: member -> topic -> partitions. */
export function byOwnTopics(
  members: readonly Member[],
  partitionsOf: (topic: string) => readonly number[],
): Map<string, Record<string, number[]>> {
  const sorted = members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))
  const assignment = new Map<string, Record<string, number[]>>(sorted.map(({ memberId }) => [memberId, {}]))
  const counts = new Map(sorted.map(({ memberId }) => [memberId, 0]))
  for (const topic of new Set(sorted.flatMap(({ topics }) => topics))) {
    const readers = sorted.filter(({ topics }) => topics.includes(topic)).map(({ memberId }) => memberId)
    for (const partition of partitionsOf(topic)) {
      // The first of those with the fewest: of one topic, each in its turn
      const taker = readers.reduce((least, one) =>
        (counts.get(one) ?? 0) < (counts.get(least) ?? 0) ? one : least,
      )
      counts.set(taker, (counts.get(taker) ?? 0) + 1)
      const own = assignment.get(taker)
      if (own !== undefined) own[topic] = [...(own[topic] ?? []), partition]
    }
  }
  return assignment
}

export const ownTopicsAssigner: PartitionAssigner = ({ cluster }) => ({
  name: NAME,
  version: VERSION,
  async assign({ members }) {
    const known = members.map(({ memberId, memberMetadata }) => ({
      memberId,
      topics: kafkajs.AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics ?? [],
    }))
    // The leader's own are known to it; of the others it has to ask
    await cluster.addMultipleTargetTopics(known.flatMap(({ topics }) => topics))
    const assignment = byOwnTopics(known, (topic) =>
      cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
    )
    return [...assignment].map(([memberId, partitions]) => ({
      memberId,
      memberAssignment: kafkajs.AssignerProtocol.MemberAssignment.encode({
        version: VERSION,
        assignment: partitions,
        userData: Buffer.alloc(0),
      }),
    }))
  },
  protocol: ({ topics }) => ({
    name: NAME,
    metadata: kafkajs.AssignerProtocol.MemberMetadata.encode({
      version: VERSION,
      topics,
      userData: Buffer.alloc(0),
    }),
  }),
})
