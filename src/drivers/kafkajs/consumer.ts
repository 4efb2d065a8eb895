/** A kafkajs consumer. It fetches, decodes and hands over in one thread, a partition at a time. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer } from 'kafkajs'
import { messageOf, TuneError } from '../../errors.ts'
import { connectAdmin } from '../admin.ts'
import type { ConsumerClient, ConsumerEvents, ConsumerPlan } from '../consumer.ts'
import { CommitError, noGroup, noSuchTopic } from '../consumer-errors.ts'
import { CODEC_NAMES } from '../wire/codecs.ts'
import { ownTopicsAssigner } from './assigner.ts'
import { createKafka } from './client.ts'
import { useCodec } from './codecs.ts'
import { consumerConfig, type KafkajsConsumerConfig, OWN_GROUP } from './consumer-config.ts'
import { createConsumerStatistics } from './consumer-statistics.ts'
import { explainEnd, lacksCoordinator } from './end.ts'
import { codeOf, explain } from './errors.ts'
import { followGroup, type Membership } from './membership.ts'
import { receivedOf } from './receive.ts'

/** Beyond the fetch that is under way, which kafkajs waits for before it leaves the group. */
const CLOSE_MS = 3000
const CLOSE_AT_MOST_MS = 10_000
/** In a group of its own nobody waits to take its partitions over: it need not be seen out of it. */
const CLOSE_ALONE_MS = 200

const REOPEN_AFTER_MS = 300
/** What a consumer that has read before waits for the end of. */
const PASSES: ReadonlySet<string> = new Set([
  '_TRANSPORT',
  '_TIMED_OUT',
  '_ALL_BROKERS_DOWN',
  'LEADER_NOT_AVAILABLE',
])

/** @throws TuneError UNREACHABLE, UNAUTHORIZED, TOPIC, CONFIG */
export async function createConsumer(plan: ConsumerPlan, events: ConsumerEvents): Promise<ConsumerClient> {
  const { connection, topic, subscription } = plan
  const config = consumerConfig(plan)
  // Any record may be compressed by any of them
  for (const codec of CODEC_NAMES) await useCodec(codec)
  await findTopic(plan)

  let closing: Promise<void> | undefined
  /** kafkajs has crashed of what passes, and is to be made anew in another group. */
  let isToReopen = false
  const isToRestart = () => {
    isToReopen = subscription.kind === 'assigned' && closing === undefined
    return subscription.kind === 'group' && closing === undefined
  }

  let end = () => {}
  let fail: (reason: unknown) => void = () => {}
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve
    fail = reject
  })
  // Who closes without a look at it is not to be killed by it
  ended.catch(() => {})

  const giveUp = (error: unknown) => {
    explainEnd(error, plan).then(fail, fail)
  }

  const statistics = createConsumerStatistics()
  const tell = (code: string) => {
    if (closing === undefined) events.onError(code)
  }
  let commitsStored = 0

  /** Without a group, where to go on after kafkajs has joined again. */
  const next = new Map<number, number>()
  if (subscription.kind === 'assigned') {
    for (const { partition, offset } of subscription.from) next.set(partition, offset)
  }
  const isOurs = (partition: number) => subscription.kind === 'group' || next.has(partition)

  let consumer: Consumer
  let membership: Membership
  let isAssigned = false

  const open = async () => {
    consumer = make(plan, config, isToRestart)
    membership = follow()
    try {
      await consumer.connect()
      await consumer.subscribe({ topics: [topic], fromBeginning: config.fromBeginning })
    } catch (error) {
      consumer.disconnect().catch(() => {})
      throw error
    }
  }

  const follow = () => {
    const { events: at } = consumer
    consumer.on(at.REQUEST, statistics.request)
    consumer.on(at.REQUEST_TIMEOUT, () => tell('_TIMED_OUT'))
    consumer.on(at.COMMIT_OFFSETS, () => {
      commitsStored++
    })
    // Of what was passed over as well
    consumer.on(at.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
      if (isOurs(partition)) events.onPast(partition, Number(lastOffset) + 1)
    })
    return followGroup(consumer, topic, {
      onJoin(partitions) {
        if (subscription.kind === 'group') return
        // In time: kafkajs says that it has joined before it fetches
        const others = partitions.filter((partition) => !isOurs(partition))
        if (others.length > 0) consumer.pause([{ topic, partitions: others }])
        for (const [partition, offset] of next) consumer.seek({ topic, partition, offset: String(offset) })
      },
      onAssigned(partitions) {
        // What is assigned by hand stays so, whatever kafkajs's own group does
        if (subscription.kind === 'group' || !isAssigned) events.onAssigned(partitions.filter(isOurs))
        isAssigned = true
      },
      onRevoked(partitions, lost) {
        // At the end they go because the caller wants it
        if (closing === undefined && subscription.kind === 'group') events.onRevoked(partitions, lost)
      },
      onError: tell,
      onEnd(error) {
        // Who has found the group before may read it: its coordinator comes back
        const passes = isToReopen || (isAssigned && lacksCoordinator(error))
        isToReopen = false
        if (!passes || closing !== undefined) return giveUp(error)
        tell(codeOf(error))
        reopen().catch(giveUp)
      },
    })
  }

  /** In its old group it would be a new member, and wait for the session of the one that it was. */
  const reopen = async () => {
    for (;;) {
      await sleep(REOPEN_AFTER_MS)
      if (closing !== undefined) return
      try {
        await open()
        return closing === undefined ? await run() : await consumer.disconnect()
      } catch (error) {
        if (!PASSES.has(codeOf(error))) throw error
        tell(codeOf(error))
      }
    }
  }

  const run = () =>
    consumer.run({
      autoCommit: config.autoCommit,
      autoCommitInterval: config.autoCommitIntervalMs ?? null,
      eachBatch: async ({ batch }) => {
        const received = receivedOf(batch, plan.records)
        if (received === undefined) return
        statistics.received(received)
        try {
          await events.onRecords([received])
        } catch (error) {
          // kafkajs takes it for its own, and would try again
          fail(error)
          throw error
        }
        if (subscription.kind === 'assigned') next.set(received.partition, received.lastOffset + 1)
      },
    })

  const close = async () => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      const waitMs =
        subscription.kind === 'assigned' ? CLOSE_ALONE_MS : config.consumer.maxWaitTimeInMs + CLOSE_MS
      timer = setTimeout(resolve, Math.min(CLOSE_AT_MOST_MS, waitMs))
    })
    await Promise.race([consumer.disconnect().catch(() => {}), late])
    clearTimeout(timer)
    end()
  }

  try {
    await open()
  } catch (error) {
    throw explain(error, connection, `read topic ${topic}`)
  }

  return {
    ended,
    start() {
      run().catch(giveUp)
    },
    async commit(offsets) {
      if (subscription.kind !== 'group') throw noGroup()
      if (offsets.size === 0) return
      if (!membership.isJoined()) throw new CommitError('_STATE')
      const before = commitsStored
      try {
        await consumer.commitOffsets(
          [...offsets].map(([partition, offset]) => ({ topic, partition, offset: String(offset) })),
        )
      } catch (error) {
        throw new CommitError(codeOf(error), error)
      }
      // A consumer that is just stopping says nothing and commits nothing
      if (commitsStored === before) throw new CommitError('_STATE')
    },
    stats: statistics.stats,
    close() {
      closing ??= close()
      return closing
    },
  }
}

/** kafkajs would look for a missing topic for ten seconds, and then say that a broker hosts none. */
async function findTopic({ connection, topic }: ConsumerPlan): Promise<void> {
  const admin = await connectAdmin(connection)
  try {
    if ((await admin.describe(topic)) !== undefined) return
  } finally {
    await admin.close()
  }
  throw noSuchTopic(topic)
}

function make(plan: ConsumerPlan, config: KafkajsConsumerConfig, isToRestart: () => boolean): Consumer {
  const { connection, subscription } = plan
  const { connectionTimeoutMs } = config
  const kafka = createKafka(connection, {
    requestTimeout: config.requestTimeoutMs,
    retry: config.retry,
    ...(connectionTimeoutMs !== undefined && { connectionTimeout: connectionTimeoutMs }),
  })
  try {
    return kafka.consumer({
      ...config.consumer,
      partitionAssigners: [ownTopicsAssigner],
      // kafkajs knows no partitions by hand, so it gets a group that nobody else is in
      groupId: subscription.kind === 'group' ? subscription.groupId : `${OWN_GROUP}${randomUUID()}`,
      retry: { ...config.retry, restartOnFailure: async () => isToRestart() },
    })
  } catch (cause) {
    throw new TuneError('CONFIG', `kafkajs refuses the configuration: ${messageOf(cause)}`, { cause })
  }
}
