/** A librdkafka consumer: its threads fetch, this one polls and hands over. */
import type { KafkaConsumer } from '@confluentinc/kafka-javascript'
import { messageOf, TuneError } from '../../errors.ts'
import { type ConfluentClient, loadNativeClient } from '../../native.ts'
import type { ConsumerClient, ConsumerEvents, ConsumerPlan } from '../consumer.ts'
import { noGroup, noSuchTopic } from '../consumer-errors.ts'
import { createAssignment, followRebalances } from './assignment.ts'
import { connect, disconnect, listen } from './client.ts'
import { codeNames } from './codes.ts'
import { createCommits } from './commits.ts'
import { createComplaints } from './complaints.ts'
import { consumerConfig } from './consumer-config.ts'
import { codeOf, endOf, eventName, refused } from './errors.ts'
import { createPolls } from './polls.ts'
import { byPartition } from './receive.ts'
import { createStatistics } from './statistics.ts'
import { tokenRefresh } from './token.ts'

const MAX_POLL_EXCEEDED = '_MAX_POLL_EXCEEDED'

/** @throws TuneError MISSING, CONFIG, UNREACHABLE, UNAUTHORIZED, TOPIC */
export async function createConsumer(plan: ConsumerPlan, events: ConsumerEvents): Promise<ConsumerClient> {
  const client = loadNativeClient()
  const { connection, topic, subscription } = plan
  const { config, pollRecords } = consumerConfig(plan)
  const statistics = createStatistics()
  const consumer = make(client, config, plan)
  const complaints = createComplaints()
  listen(consumer, connection, statistics, complaints)
  const metadata = await connect(consumer, 'consumer', plan, complaints)
  if (!metadata.topics.some(({ name, partitions }) => name === topic && partitions.length > 0)) {
    await disconnect(consumer)
    throw noSuchTopic(topic)
  }

  const nameOfCode = codeNames(client)
  const nameOf = (error: unknown) => {
    const code = codeOf(error)
    return code === undefined ? '_FAIL' : nameOfCode(code)
  }
  let end = () => {}
  let fail: (reason: unknown) => void = () => {}
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve
    fail = reject
  })
  // Who closes without a look at it is not to be killed by it
  ended.catch(() => {})
  let closing: Promise<void> | undefined
  const isClosing = () => closing !== undefined

  const giveUp = (reason: unknown) => {
    fail(reason)
    void polls.stop()
  }

  /** Counted, or the end. @returns false when it is the end */
  const tell = (name: string): boolean => {
    if (isClosing()) return false
    // Who assigns by hand has a group id only because the binding wants one
    const isGroups = name.startsWith('GROUP_')
    if (isGroups && subscription.kind === 'assigned') return true
    const reason = endOf(name, topic, connection)
    if (reason === undefined) events.onError(name)
    else giveUp(reason)
    return reason === undefined
  }

  /** Told once for each time: the log has it at once, a poll only if it brings no records before it. */
  let exceededIsTold = false
  const tellExceeded = () => {
    if (!exceededIsTold && !isClosing()) events.onError(MAX_POLL_EXCEEDED)
    exceededIsTold = true
  }

  const polls = createPolls(consumer, pollRecords, {
    onMessages: (messages) => events.onRecords(byPartition(messages, plan.records)),
    onError(error) {
      const name = nameOf(error)
      if (name !== MAX_POLL_EXCEEDED) return tell(name)
      tellExceeded()
      return true
    },
    onFailure: giveUp,
    isWaiting: () => commits.waiting(),
  })
  const commits = createCommits(consumer, topic, nameOf)

  // Told before the records that it comes behind
  consumer.on('partition.eof', ({ partition, offset }: { partition: number; offset: number }) => {
    setImmediate(() => {
      if (!isClosing()) events.onPast(partition, offset)
    })
  })
  consumer.on('event.error', (error) => tell(eventName(error)))
  consumer.on('event.log', (event: { fac: string }) => {
    if (event.fac === 'MAXPOLL') tellExceeded()
  })
  consumer.on('rebalance.error', (error) => tell(nameOf(error)))
  const assignment = createAssignment({
    onAssigned(partitions) {
      exceededIsTold = false
      events.onAssigned(partitions)
    },
    onRevoked(partitions, lost) {
      // At the end they go because the caller wants it
      if (!isClosing()) events.onRevoked(partitions, lost)
    },
  })
  followRebalances(consumer, assignment, isClosing)

  const close = async () => {
    await polls.stop()
    commits.giveUp('_DESTROY')
    await disconnect(consumer)
    end()
  }

  return {
    ended,
    start() {
      try {
        if (subscription.kind === 'group') consumer.subscribe([topic])
        else {
          consumer.assign(subscription.from.map(({ partition, offset }) => ({ topic, partition, offset })))
          events.onAssigned(subscription.from.map(({ partition }) => partition))
        }
      } catch (error) {
        const reason = endOf(nameOf(error), topic, connection)
        fail(reason ?? new TuneError('CONFIG', `librdkafka does not subscribe: ${messageOf(error)}`))
        return
      }
      polls.start()
    },
    commit(offsets) {
      if (subscription.kind !== 'group') return Promise.reject(noGroup())
      const committed = commits.commit(offsets)
      polls.serve()
      return committed
    },
    stats: () => statistics.consumerStats(),
    close() {
      closing ??= close()
      return closing
    },
  }
}

function make(client: ConfluentClient, config: object, { connection }: ConsumerPlan): KafkaConsumer {
  const token = connection.security.sasl?.token
  try {
    return new client.KafkaConsumer({
      ...config,
      rebalance_cb: true,
      offset_commit_cb: true,
      ...(token !== undefined && { oauthbearer_token_refresh_cb: tokenRefresh(token) }),
    })
  } catch (cause) {
    throw refused(messageOf(cause), 'consumer')
  }
}
