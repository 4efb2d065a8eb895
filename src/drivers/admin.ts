/** Topics and offsets over kafkajs's admin client: plain JavaScript, so it serves every driver everywhere. */
import kafkajs from 'kafkajs'
import { TuneError } from '../errors.ts'
import { noCoordinator } from './consumer-errors.ts'
import type { Admin, ClusterState, Connection, TopicState } from './driver.ts'
import { createKafka } from './kafkajs/client.ts'
import { lacksCoordinator } from './kafkajs/end.ts'
import { codeOf, explain } from './kafkajs/errors.ts'
import { probe } from './probe.ts'

/** A topic that was made is there when all its leaders are; brokers learn of it one after the other. */
const LEADERS_MS = 15_000
const LOOK_AGAIN_MS = 50
/** A topic that no broker knows for so long was deleted; one that has moved is known again sooner. */
const GONE_MS = 2000

const NO_LEADER_YET: ReadonlySet<string> = new Set([
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'REPLICA_NOT_AVAILABLE',
])

const NO_COORDINATOR_YET: ReadonlySet<string> = new Set([
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
])

const hasNoLeaderYet = (error: unknown) => NO_LEADER_YET.has(codeOf(error))

/**
 * The first group of a new cluster waits for the topic of all groups. kafkajs says the same of a coordinator that is
 * not there yet and of one that a user may not ask for; only its log tells them apart.
 */
const hasNoCoordinatorYet = (error: unknown) =>
  NO_COORDINATOR_YET.has(codeOf(error)) || lacksCoordinator(error)

const pause = () => new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))

interface SeekEntry {
  readonly high: string
  readonly low: string
}

/** Values by index; `missing` where there is none. */
function byPartition<T>(partitions: number, missing: T, entries: readonly (readonly [number, T])[]): T[] {
  const values = new Array<T>(partitions).fill(missing)
  for (const [partition, value] of entries) values[partition] = value
  return values
}

/**
 * Connects. The first contact of a run: says what is wrong with an address or a login.
 * @throws TuneError UNREACHABLE, UNAUTHORIZED
 */
export async function connectAdmin(connection: Connection): Promise<Admin> {
  await probe(connection)
  let mayNotUseGroup = false
  const admin = createKafka(
    connection,
    {
      requestTimeout: Math.max(connection.connectTimeoutMs, 10_000),
      retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1000 },
    },
    ({ error }) => {
      if (error instanceof Error && codeOf(error) === 'GROUP_AUTHORIZATION_FAILED') mayNotUseGroup = true
    },
  ).admin()
  const ask = async <T>(doing: string, request: () => Promise<T>, right?: string): Promise<T> => {
    try {
      return await request()
    } catch (error) {
      throw explain(error, connection, doing, right)
    }
  }
  try {
    await ask('connect', () => admin.connect())
  } catch (error) {
    await admin.disconnect().catch(() => {})
    throw error
  }

  const partitionsOf = async (topic: string): Promise<TopicState['partitions'] | undefined> => {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      return topics
        .find(({ name }) => name === topic)
        ?.partitions.map(({ partitionId, leader, replicas, isr }) => {
          return { partition: partitionId, leader, replicas, inSyncReplicas: isr }
        })
        .sort((a, b) => a.partition - b.partition)
    } catch (error) {
      const code = codeOf(error)
      // A user without Describe gets this instead of the truth, too
      if (code === 'UNKNOWN_TOPIC_OR_PARTITION' || code === 'TOPIC_AUTHORIZATION_FAILED') return undefined
      if (code === 'LEADER_NOT_AVAILABLE') return []
      throw explain(error, connection, `describe topic ${topic}`)
    }
  }

  /**
   * Metadata names leaders before these know of it themselves; a record that comes in between is refused, and kafkajs
   * then sends the whole request again, other partitions' records included. So the leaders are asked as well.
   */
  const isReady = async (topic: string, partitions: number): Promise<boolean> => {
    const seen = await partitionsOf(topic)
    if (seen?.length !== partitions || seen.some(({ leader }) => leader < 0)) return false
    try {
      return (await admin.fetchTopicOffsets(topic)).length === partitions
    } catch (error) {
      // Reading offsets needs a right that creating does not; then metadata has to do
      return !NO_LEADER_YET.has(codeOf(error))
    }
  }

  const configsOf = async (topic: string): Promise<Record<string, string>> => {
    try {
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
      })
      const entries = resources.flatMap(({ configEntries }) => configEntries)
      return Object.fromEntries(
        entries
          .filter(({ isSensitive }) => !isSensitive)
          .map(({ configName, configValue }) => [configName, configValue ?? '']),
      )
    } catch {
      return {}
    }
  }

  /** Asks again while a broker that is to answer does not know of it yet. */
  const patiently = async <T>(passes: (error: unknown) => boolean, request: () => Promise<T>): Promise<T> => {
    const deadlineMs = performance.now() + LEADERS_MS
    for (;;) {
      try {
        return await request()
      } catch (error) {
        if (!passes(error) || performance.now() > deadlineMs) throw error
        await pause()
      }
    }
  }

  const offsetsOf = async (topic: string, partitions: number, pick: (one: SeekEntry) => number) => {
    const startMs = performance.now()
    const found = await ask(`read offsets of ${topic}`, () =>
      patiently(hasNoLeaderYet, async () => {
        try {
          return await admin.fetchTopicOffsets(topic)
        } catch (error) {
          if (codeOf(error) !== 'UNKNOWN_TOPIC_OR_PARTITION' || performance.now() < startMs + GONE_MS)
            throw error
          throw new TuneError('TOPIC', `topic ${topic} is no longer there`)
        }
      }),
    )
    return byPartition(
      partitions,
      0,
      found.map((one) => [one.partition, pick(one)]),
    )
  }

  return {
    async cluster(): Promise<ClusterState> {
      const { brokers, controller, clusterId } = await ask('describe the cluster', () =>
        admin.describeCluster(),
      )
      return {
        brokers: brokers.map(({ nodeId, host, port }) => ({ id: nodeId, host, port })),
        ...(controller !== null && { controllerId: controller }),
        clusterId,
      }
    },
    async topics() {
      const names = await ask('list its topics', () => admin.listTopics())
      return names.filter((name) => !name.startsWith('__'))
    },
    async describe(topic) {
      const partitions = await partitionsOf(topic)
      if (partitions === undefined) return undefined
      return { topic, partitions, configs: await configsOf(topic) }
    },
    async create(topic, { partitions, replicationFactor, configs }) {
      await ask(
        `create topic ${topic}`,
        () =>
          admin.createTopics({
            waitForLeaders: false,
            timeout: LEADERS_MS,
            topics: [
              {
                topic,
                numPartitions: partitions,
                replicationFactor,
                configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
              },
            ],
          }),
        // One that is there looks absent to a user without Describe, so it is made in vain
        'grant Create on the topic or the cluster; or, if the topic is there already, Describe and Write on it',
      )
      const deadlineMs = performance.now() + LEADERS_MS
      while (!(await isReady(topic, partitions))) {
        if (performance.now() > deadlineMs) {
          throw new TuneError(
            'TOPIC',
            `topic ${topic} was created, but not all its partitions lead after 15 s`,
            {
              hint: 'are enough brokers up for the replication factor?',
            },
          )
        }
        await pause()
      }
    },
    async remove(topic) {
      await ask(`delete topic ${topic}`, async () => {
        try {
          await admin.deleteTopics({ topics: [topic] })
        } catch (error) {
          // Somebody was faster
          if (codeOf(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error
        }
      })
    },
    endOffsets: (topic, partitions) => offsetsOf(topic, partitions, ({ high }) => Number(high)),
    startOffsets: (topic, partitions) => offsetsOf(topic, partitions, ({ low }) => Number(low)),
    async offsetsAt(topic, partitions, epochMs) {
      const found = await ask(`read offsets of ${topic}`, () =>
        admin.fetchTopicOffsetsByTimestamp(topic, epochMs),
      )
      return byPartition(
        partitions,
        0,
        found.map(({ partition, offset }) => [partition, Number(offset)]),
      )
    },
    async committed(groupId, topic, partitions) {
      mayNotUseGroup = false
      const isPassing = (error: unknown) => !mayNotUseGroup && hasNoCoordinatorYet(error)
      const found = await ask(`read what group ${groupId} has committed`, () =>
        patiently(isPassing, () => admin.fetchOffsets({ groupId, topics: [topic] })).catch(
          (error: unknown) => {
            throw lacksCoordinator(error) ? noCoordinator(connection, groupId, error) : error
          },
        ),
      )
      const entries = found.flatMap((one) => one.partitions)
      const known = entries.flatMap(({ partition, offset }): [number, number][] =>
        Number(offset) >= 0 ? [[partition, Number(offset)]] : [],
      )
      return byPartition<number | undefined>(partitions, undefined, known)
    },
    async close() {
      await admin.disconnect().catch(() => {})
    },
  }
}
