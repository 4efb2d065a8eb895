/**
 * Several topics as if they were one: `a,b` has the partitions of a, then those of b. No topic's name has a comma, so a
 * bench needs to know nothing of it. A client is made for each topic; records go to them in turn.
 */
import type { OnDone, Operation } from '../core/operation.ts'
import type { ConsumerClient, ConsumerEvents, ConsumerPlan, Subscription } from '../drivers/consumer.ts'
import type { Admin, Driver, ProducerClient, ProducerPlan, TopicState } from '../drivers/driver.ts'
import { TuneError } from '../errors.ts'
import { togetherStats } from './client-stats.ts'

const BETWEEN = ','

export function topicNames(topic: string): string[] {
  return topic.split(BETWEEN)
}

export function joinTopics(names: readonly string[]): string {
  return names.join(BETWEEN)
}

interface Part {
  readonly topic: string
  readonly partitions: number
  /** Number of its first partition among all. */
  readonly base: number
}

/** Where each topic's partitions begin. */
function partsOf(found: readonly TopicState[]): Part[] {
  let base = 0
  return found.map(({ topic, partitions: { length } }) => {
    base += length
    return { topic, partitions: length, base: base - length }
  })
}

/**
 * Looks topics up once: what a run has planned for is what they were then. One that is not there is looked for again.
 */
function lookUp(admin: Pick<Admin, 'describe'>) {
  const known = new Map<string, readonly Part[]>()
  const states = async (topic: string): Promise<readonly TopicState[] | undefined> => {
    const found = await Promise.all(topicNames(topic).map((name) => admin.describe(name)))
    const there = found.filter((one) => one !== undefined)
    if (there.length < found.length) return undefined
    known.set(topic, partsOf(there))
    return there
  }
  return {
    states,
    async parts(topic: string): Promise<readonly Part[]> {
      const parts = known.get(topic) ?? partsOf((await states(topic)) ?? [])
      if (parts.length > 0) return parts
      throw new TuneError(
        'TOPIC',
        `not all of the topics ${topic} are there (or this user may not see them)`,
        {
          hint: 'check their names, and the right to Describe each',
        },
      )
    },
    forget: () => known.clear(),
  }
}

const isOne = (topic: string) => !topic.includes(BETWEEN)

/** The same admin, which takes several topics for one. */
export function adminOfSeveral(admin: Admin): Admin {
  const several = lookUp(admin)
  const flat = async <T>(topic: string, read: (part: Part) => Promise<T[]>): Promise<T[]> =>
    (await Promise.all((await several.parts(topic)).map(read))).flat()
  return {
    ...admin,
    async describe(topic) {
      if (isOne(topic)) return admin.describe(topic)
      const found = await several.states(topic)
      if (found === undefined) return undefined
      const partitions = found.flatMap((one) => one.partitions)
      return {
        topic,
        partitions: partitions.map((state, partition) => ({ ...state, partition })),
        configs: found[0]?.configs ?? {},
        topics: found.map((one) => ({ topic: one.topic, partitions: one.partitions.length })),
      }
    },
    async create(topic, shape) {
      for (const name of topicNames(topic)) {
        if (isOne(topic) || (await admin.describe(name)) === undefined) await admin.create(name, shape)
      }
    },
    async remove(topic) {
      several.forget()
      for (const name of topicNames(topic)) await admin.remove(name)
    },
    endOffsets: (topic, partitions) =>
      isOne(topic)
        ? admin.endOffsets(topic, partitions)
        : flat(topic, (part) => admin.endOffsets(part.topic, part.partitions)),
    startOffsets: (topic, partitions) =>
      isOne(topic)
        ? admin.startOffsets(topic, partitions)
        : flat(topic, (part) => admin.startOffsets(part.topic, part.partitions)),
    offsetsAt: (topic, partitions, epochMs) =>
      isOne(topic)
        ? admin.offsetsAt(topic, partitions, epochMs)
        : flat(topic, (part) => admin.offsetsAt(part.topic, part.partitions, epochMs)),
    committed: (groupId, topic, partitions) =>
      isOne(topic)
        ? admin.committed(groupId, topic, partitions)
        : flat(topic, (part) => admin.committed(groupId, part.topic, part.partitions)),
  }
}

/** The same driver, whose clients take several topics for one. */
export function driverOfSeveral(driver: Driver, admin: Pick<Admin, 'describe'>): Driver {
  const several = lookUp(admin)
  return {
    ...driver,
    async producer(plan, onDone) {
      if (isOne(plan.topic)) return driver.producer(plan, onDone)
      return inTurn(driver, plan, await several.parts(plan.topic), onDone)
    },
    async consumer(plan, events) {
      if (isOne(plan.topic)) return driver.consumer(plan, events)
      return together(driver, plan, await several.parts(plan.topic), events)
    },
  }
}

/** Clients that are to be closed again when a later one cannot be made. */
async function makeAll<Made extends { close(): Promise<void> }>(
  parts: readonly Part[],
  make: (part: Part) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = []
  try {
    for (const part of parts) made.push(await make(part))
    return made
  } catch (error) {
    await Promise.all(made.map((one) => one.close()))
    throw error
  }
}

async function inTurn(
  driver: Driver,
  plan: ProducerPlan,
  parts: readonly Part[],
  onDone: OnDone,
): Promise<ProducerClient> {
  const clients = await makeAll(parts, ({ topic, partitions, base }) =>
    driver.producer({ ...plan, topic, partitions }, (operation, error, outcome, failed, place) =>
      onDone(
        operation,
        error,
        outcome,
        failed,
        place === undefined ? undefined : { ...place, partition: base + place.partition },
      ),
    ),
  )
  let turn = 0
  const [first] = clients
  return {
    groupRecords: first?.groupRecords ?? 1,
    inFlightRecords: first?.inFlightRecords ?? 1,
    // One that is full keeps its turn: the same operation comes again
    send(operation: Operation) {
      const isTaken = clients[turn]?.send(operation) ?? false
      if (isTaken) turn = (turn + 1) % clients.length
      return isTaken
    },
    flushHint() {
      for (const client of clients) client.flushHint?.()
    },
    onRoom(listener) {
      for (const client of clients) client.onRoom(listener)
    },
    async drain(timeoutMs) {
      await Promise.all(clients.map((client) => client.drain(timeoutMs)))
    },
    ...togetherStats(clients),
    async close() {
      await Promise.all(clients.map((client) => client.close()))
    },
  }
}

async function together(
  driver: Driver,
  plan: ConsumerPlan,
  parts: readonly Part[],
  events: ConsumerEvents,
): Promise<ConsumerClient> {
  const wanted = parts.flatMap((part) => {
    const subscription = subscriptionIn(plan.subscription, part)
    return subscription === undefined ? [] : [{ part, subscription }]
  })
  const assigned = new Map<Part, readonly number[]>()
  const clients = await makeAll(
    wanted.map(({ part }) => part),
    (part) => {
      const among = (partitions: readonly number[]) => partitions.map((partition) => part.base + partition)
      const subscription = wanted.find((one) => one.part === part)?.subscription ?? plan.subscription
      return driver.consumer(
        { ...plan, topic: part.topic, partitions: part.partitions, subscription },
        {
          ...events,
          onRecords: (received) =>
            events.onRecords(received.map((one) => ({ ...one, partition: part.base + one.partition }))),
          onPast: (partition, nextOffset) => events.onPast(part.base + partition, nextOffset),
          onAssigned(partitions) {
            assigned.set(part, among(partitions))
            events.onAssigned([...assigned.values()].flat())
          },
          onRevoked(partitions, lost) {
            const gone = new Set(among(partitions))
            assigned.set(
              part,
              (assigned.get(part) ?? []).filter((partition) => !gone.has(partition)),
            )
            events.onRevoked([...gone], lost)
          },
        },
      )
    },
  )
  return {
    start() {
      for (const client of clients) client.start()
    },
    ended: Promise.all(clients.map(({ ended }) => ended)).then(() => {}),
    async commit(offsets) {
      await Promise.all(
        wanted.map(({ part: { base, partitions } }, n) => {
          const own = [...offsets].filter(([partition]) => partition >= base && partition < base + partitions)
          if (own.length === 0) return undefined
          return clients[n]?.commit(new Map(own.map(([partition, offset]) => [partition - base, offset])))
        }),
      )
    },
    ...togetherStats(clients),
    async close() {
      await Promise.all(clients.map((client) => client.close()))
    },
  }
}

/** A topic's part of what is assigned; undefined where that is nothing. */
function subscriptionIn(subscription: Subscription, { base, partitions }: Part): Subscription | undefined {
  if (subscription.kind === 'group') return subscription
  const from = subscription.from
    .filter(({ partition }) => partition >= base && partition < base + partitions)
    .map(({ partition, offset }) => ({ partition: partition - base, offset }))
  return from.length === 0 ? undefined : { kind: 'assigned', from }
}
