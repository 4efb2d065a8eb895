/** How clusters go wrong: each fault as it is made and undone, for whichever bench runs meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Admin as QuotaAdmin } from '@platformatic/kafka'
import type { Admin } from 'kafkajs'
import type { ThrowAwayBroker } from '../../src/broker/index.ts'
import type { TcpProxy } from './proxy.ts'

/** What a fault is made on. */
export interface Scene {
  readonly cluster: ThrowAwayBroker
  readonly proxy: TcpProxy
  readonly admin: Admin
  readonly topic: string
}

export interface Cause {
  readonly name: string
  readonly brokers: 1 | 3
  /** Clients come in through the proxy. */
  readonly proxied?: boolean
  /** Replicas of each partition; one where absent. */
  readonly replicas?: number
  readonly ratePerSec: number
  readonly seconds: number
  readonly drain?: string
  /**
   * Makes the fault, and undoes it where it passes by itself; called two seconds into the measured time.
   * @returns how long nothing was answered, at least; that has to be in the latencies
   */
  strike(scene: Scene): Promise<number>
  /** After the run, whatever became of it. */
  undo?(scene: Scene): Promise<unknown>
  /** Latency of the middle of the run, at least. */
  readonly p50AtLeastMs?: number
  /** Nothing tells afterwards what the topic had. */
  readonly topicGone?: boolean
}

/** The queue is that long soon; what stands in it at the end is given up, and in no latency. */
const QUEUE_GROWS_MS = 500
const KIB_100 = 100 * 1024

/** Runs something and gives its time. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await work()
  return performance.now() - startMs
}

const pidOf = ({ cluster }: Scene, id = 1) =>
  cluster.brokers.find((broker) => broker.id === id)?.pid ?? Number.NaN

/** Bounds what clients may send to the broker or get of it, all of them together; undefined lifts the bound. */
async function setQuota(
  { cluster }: Scene,
  key: 'producer_byte_rate' | 'consumer_byte_rate',
  bytesPerSec: number | undefined,
): Promise<void> {
  const admin = new QuotaAdmin({ clientId: 'e2e', bootstrapBrokers: cluster.bootstrapServers.split(',') })
  try {
    await admin.alterClientQuotas({
      entries: [
        {
          entities: [{ entityType: 'client-id', entityName: null }],
          ops: [
            bytesPerSec === undefined ? { key, remove: true } : { key, value: bytesPerSec, remove: false },
          ],
        },
      ],
    })
  } finally {
    await admin.close()
  }
}

/** Gives every partition another leader: the next of its replicas is preferred, and the controller soon prefers it too. */
async function moveLeaders({ admin, topic }: Scene): Promise<void> {
  const leaders = async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    return topics[0]?.partitions ?? []
  }
  const before = await leaders()
  await admin.alterPartitionReassignments({
    topics: [
      {
        topic,
        partitionAssignment: before.map(({ partitionId, leader, replicas }) => {
          const others = replicas.filter((id) => id !== leader)
          return { partition: partitionId, replicas: [...others, leader] }
        }),
      },
    ],
  })
  const was = new Map(before.map(({ partitionId, leader }) => [partitionId, leader]))
  const deadlineMs = performance.now() + 20_000
  while ((await leaders()).some(({ partitionId, leader }) => leader === was.get(partitionId) || leader < 0)) {
    if (performance.now() > deadlineMs) throw new Error('the leaders did not move')
    await sleep(100)
  }
}

export const CAUSES = {
  stopped: {
    name: 'a broker that stops for 5 s',
    brokers: 1,
    ratePerSec: 1000,
    seconds: 10,
    strike: (scene) =>
      timed(async () => {
        process.kill(pidOf(scene), 'SIGSTOP')
        await sleep(5000)
        process.kill(pidOf(scene), 'SIGCONT')
      }),
  },
  killed: {
    name: 'a broker that is killed and started again',
    brokers: 1,
    ratePerSec: 1000,
    seconds: 12,
    strike: (scene) => timed(() => scene.cluster.restart(1)),
  },
  moved: {
    name: 'leaders that move to other brokers',
    brokers: 3,
    replicas: 3,
    ratePerSec: 1000,
    seconds: 8,
    strike: async (scene) => {
      await moveLeaders(scene)
      return 0
    },
  },
  cut: {
    name: 'a connection that is cut for 3 s',
    brokers: 1,
    proxied: true,
    ratePerSec: 1000,
    seconds: 10,
    strike: ({ proxy }) =>
      timed(async () => {
        proxy.cut()
        await sleep(3000)
        proxy.mend()
      }),
  },
  far: {
    name: 'answers that take 200 ms longer',
    brokers: 1,
    proxied: true,
    ratePerSec: 1000,
    seconds: 8,
    strike: async ({ proxy }) => {
      proxy.delayAnswersMs(200)
      return 200
    },
    undo: async ({ proxy }) => proxy.delayAnswersMs(0),
    p50AtLeastMs: 200,
  },
  narrow: {
    name: 'a wire that carries 100 KiB/s of the 1 MB/s asked for',
    brokers: 1,
    proxied: true,
    ratePerSec: 1000,
    seconds: 8,
    drain: '3s',
    strike: async ({ proxy }) => {
      proxy.limitBytesPerSec(KIB_100)
      return QUEUE_GROWS_MS
    },
    undo: async ({ proxy }) => proxy.limitBytesPerSec(undefined),
  },
  deleted: {
    name: 'a topic that is deleted',
    brokers: 1,
    ratePerSec: 1000,
    seconds: 8,
    drain: '3s',
    strike: async ({ admin, topic }) => {
      await admin.deleteTopics({ topics: [topic] })
      return 0
    },
    topicGone: true,
  },
  produceQuota: {
    name: 'a produce quota of 100 KiB/s for 1 MB/s',
    brokers: 1,
    ratePerSec: 1000,
    seconds: 8,
    drain: '3s',
    strike: async (scene) => {
      await setQuota(scene, 'producer_byte_rate', KIB_100)
      return QUEUE_GROWS_MS
    },
    undo: (scene) => setQuota(scene, 'producer_byte_rate', undefined),
  },
  consumeQuota: {
    name: 'a consume quota of 100 KiB/s for 1 MB/s',
    brokers: 1,
    ratePerSec: 1000,
    seconds: 8,
    drain: '3s',
    // What comes late is given up, and in no latency
    strike: async (scene) => {
      await setQuota(scene, 'consumer_byte_rate', KIB_100)
      return 0
    },
    undo: (scene) => setQuota(scene, 'consumer_byte_rate', undefined),
  },
} as const satisfies Record<string, Cause>
