/** Topics and offsets over kafkajs's admin client: plain JavaScript, so it serves every driver everywhere. */
import kafkajs from 'kafkajs'
import { TuneError } from '../errors.ts'
import type { Admin, ClusterState, Connection, TopicState } from './driver.ts'
import { createKafka } from './kafkajs/client.ts'
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

const pause = () => new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))

/**
 * Connects. The first contact of a run: says what is wrong with an address or a login.
 * @throws TuneError UNREACHABLE, UNAUTHORIZED
 */
export async function connectAdmin(connection: Connection): Promise<Admin> {
  await probe(connection)
  const admin = createKafka(connection, {
    requestTimeout: Math.max(connection.connectTimeoutMs, 10_000),
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1000 },
  }).admin()
  const ask = async <T>(doing: string, request: () => Promise<T>): Promise<T> => {
    try {
      return await request()
    } catch (error) {
      throw explain(error, connection, doing)
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
    async describe(topic) {
      const partitions = await partitionsOf(topic)
      if (partitions === undefined) return undefined
      return { topic, partitions, configs: await configsOf(topic) }
    },
    async create(topic, { partitions, replicationFactor, configs }) {
      await ask(`create topic ${topic}`, () =>
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
    async endOffsets(topic, partitions) {
      const startMs = performance.now()
      const found = await ask(`read offsets of ${topic}`, async () => {
        for (;;) {
          try {
            return await admin.fetchTopicOffsets(topic)
          } catch (error) {
            const code = codeOf(error)
            if (code === 'UNKNOWN_TOPIC_OR_PARTITION' && performance.now() > startMs + GONE_MS) {
              throw new TuneError('TOPIC', `topic ${topic} is no longer there`)
            }
            if (!NO_LEADER_YET.has(code) || performance.now() > startMs + LEADERS_MS) throw error
            await pause()
          }
        }
      })
      const offsets = new Array<number>(partitions).fill(0)
      for (const { partition, high } of found) offsets[partition] = Number(high)
      return offsets
    },
    async close() {
      await admin.disconnect().catch(() => {})
    },
  }
}
