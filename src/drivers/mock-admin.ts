/**
 * Topics on librdkafka's mock cluster: it has no CreateTopics and no DescribeConfigs. A topic comes into being, with four
 * partitions, when a client that may create topics asks for its metadata; it goes with the cluster.
 */
import { TuneError } from '../errors.ts'
import { loadNativeClient } from '../native.ts'
import type { Admin, ClusterState, Connection, TopicState } from './driver.ts'

const TIMEOUT_MS = 5000
const LOOK_AGAIN_MS = 50

export async function connectMockAdmin(connection: Connection): Promise<Admin> {
  const { Producer } = loadNativeClient()
  const client = new Producer({
    'bootstrap.servers': connection.bootstrapServers,
    'client.id': connection.clientId,
    'allow.auto.create.topics': true,
  })
  const fail = (doing: string, cause: unknown) =>
    new TuneError('BROKER', `the mock broker did not ${doing}`, {
      hint: 'try again, or take --engine kafka',
      cause,
    })
  const cannot = (what: string, flag: string) =>
    new TuneError('UNSUPPORTED', `librdkafka's mock cannot ${what}`, {
      hint: `leave ${flag} out, or take --engine kafka`,
    })
  await new Promise<void>((resolve, reject) => {
    client.connect({ timeout: TIMEOUT_MS }, (error) => (error ? reject(fail('answer', error)) : resolve()))
  })
  const metadata = (topic?: string) =>
    new Promise<Metadata>((resolve, reject) => {
      client.getMetadata(
        { timeout: TIMEOUT_MS, ...(topic === undefined ? { allTopics: true } : { allTopics: false, topic }) },
        (error, found) => (error ? reject(fail('tell its topics', error)) : resolve(found)),
      )
    })
  /** To ask for a topic by its name is to make it. */
  const isThere = async (topic: string) => (await metadata()).topics.some(({ name }) => name === topic)
  const described = async (topic: string): Promise<TopicState | undefined> => {
    const found = (await metadata(topic)).topics.find(({ name }) => name === topic)
    if (found === undefined || found.partitions.length === 0) return undefined
    const partitions = found.partitions.map(({ id, leader, replicas, isrs }) => ({
      partition: id,
      leader,
      replicas,
      inSyncReplicas: isrs,
    }))
    return { topic, partitions: partitions.toSorted((a, b) => a.partition - b.partition), configs: {} }
  }
  const watermarks = (topic: string, partitions: number, pick: (offsets: Watermarks) => number) =>
    Promise.all(
      Array.from(
        { length: partitions },
        (_, partition) =>
          new Promise<number>((resolve, reject) => {
            client.queryWatermarkOffsets(topic, partition, TIMEOUT_MS, (error, offsets) =>
              error ? reject(fail('tell its offsets', error)) : resolve(pick(offsets)),
            )
          }),
      ),
    )
  return {
    async cluster(): Promise<ClusterState> {
      const { brokers } = await metadata()
      return { brokers: brokers.map(({ id, host, port }) => ({ id, host, port })) }
    },
    topics: async () => (await metadata()).topics.map(({ name }) => name),
    describe: async (topic) => ((await isThere(topic)) ? described(topic) : undefined),
    async create(topic, { replicationFactor, configs }) {
      const names = Object.keys(configs)
      if (names.length > 0) throw cannot(`set ${names.join(', ')} on a topic`, '--topic-config')
      for (let waitedMs = 0; waitedMs < TIMEOUT_MS; waitedMs += LOOK_AGAIN_MS) {
        const made = await described(topic)
        if (made !== undefined) {
          const replicas = made.partitions[0]?.replicas.length ?? 0
          if (replicas === replicationFactor) return
          throw cannot(`make ${replicationFactor} replicas: it makes ${replicas}`, '--replication-factor')
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
      }
      throw fail(`make topic ${topic}`, undefined)
    },
    // It goes with the cluster.
    remove: async () => {},
    endOffsets: (topic, partitions) => watermarks(topic, partitions, ({ highOffset }) => highOffset),
    startOffsets: (topic, partitions) => watermarks(topic, partitions, ({ lowOffset }) => lowOffset),
    offsetsAt: async () => {
      throw new TuneError('UNSUPPORTED', 'the mock broker cannot find offsets by time')
    },
    committed: async (_groupId, _topic, partitions) => new Array(partitions).fill(undefined),
    close: () => new Promise((resolve) => client.disconnect(TIMEOUT_MS, () => resolve())),
  }
}

interface Watermarks {
  readonly lowOffset: number
  readonly highOffset: number
}

/** What `getMetadata` answers, as far as it is used. */
interface Metadata {
  readonly brokers: readonly { id: number; host: string; port: number }[]
  readonly topics: readonly {
    name: string
    partitions: readonly { id: number; leader: number; replicas: number[]; isrs: number[] }[]
  }[]
}
