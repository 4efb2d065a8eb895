/** Topics of `tune`'s own on clusters that it was given: they go with the run, or else with the next one. */
import {
  leftTopics,
  type MadeTopic,
  noteTopic,
  ownTopics,
  sameCluster,
  strikeTopic,
  topicFile,
} from '../broker/index.ts'
import { plaintextConnection } from '../connection.ts'
import type { Admin, Connection } from '../drivers/driver.ts'
import { messageOf, TuneError } from '../errors.ts'

type Say = (text: string) => void

/** An admin that writes each topic down before it makes it, and strikes it out when it has removed it. */
export function noting(admin: Admin, { bootstrapServers, security }: Connection): Admin {
  const remove = async (topic: string) => {
    await admin.remove(topic)
    strikeTopic(topic)
  }
  return {
    ...admin,
    remove,
    async create(topic, shape) {
      noteTopic(topic, { bootstrapServers, protocol: security.protocol })
      try {
        await admin.create(topic, shape)
      } catch (error) {
        // It may be there all the same, without a leader for instance; where nothing may be made, nothing is
        if (error instanceof TuneError && error.code === 'UNAUTHORIZED') strikeTopic(topic)
        else await remove(topic).catch(() => {})
        throw error
      }
    },
  }
}

/** Removes what killed runs left on this cluster, and says so in a line. */
export async function removeLeft(admin: Admin, bootstrapServers: string, say: Say): Promise<void> {
  const left = leftTopics().filter((made) => sameCluster(made.bootstrapServers, bootstrapServers))
  const removed: string[] = []
  for (const { topic } of left) {
    try {
      await admin.remove(topic)
      strikeTopic(topic)
      removed.push(topic)
    } catch (error) {
      say(`topic ${topic}, left by a run that was killed, could not be removed: ${messageOf(error)}`)
    }
  }
  if (removed.length > 0) say(`removed what a killed run had left here: ${removed.join(', ')}`)
}

/** What stays behind when this process ends now. */
export function sayWhatStays(say: Say): void {
  for (const { topic, bootstrapServers } of ownTopics()) {
    say(`topic ${topic} stays on ${bootstrapServers} until the next run there, or: tune broker stop --all`)
  }
}

/** A line about a topic that was left. */
export function describeLeft({ topic, bootstrapServers, pid, madeAt }: MadeTopic): string {
  return `topic ${topic} on ${bootstrapServers}  since ${madeAt}  left by process ${pid}, which is dead`
}

const CONNECT_TIMEOUT_MS = 5000

/** Removes what was left on every cluster that can be reached without a log-in; says what stays, and why. */
export async function removeReachable(say: Say): Promise<void> {
  const clusters = new Set(leftTopics().map(({ bootstrapServers }) => bootstrapServers))
  for (const bootstrapServers of clusters) {
    const left = leftTopics().filter((made) => made.bootstrapServers === bootstrapServers)
    const secured = left.find(({ protocol }) => protocol !== 'PLAINTEXT')?.protocol
    if (secured !== undefined) {
      sayStays(left, `it takes ${secured}; the next bench there, with its --command-config, removes it`, say)
      continue
    }
    try {
      const { connectAdmin } = await import('../drivers/admin.ts')
      const admin = await connectAdmin(
        plaintextConnection(bootstrapServers, { connectTimeoutMs: CONNECT_TIMEOUT_MS, log: undefined }),
      )
      try {
        await removeLeft(admin, bootstrapServers, say)
      } finally {
        await admin.close()
      }
    } catch (error) {
      sayStays(left, messageOf(error), say)
    }
  }
}

function sayStays(left: readonly MadeTopic[], why: string, say: Say): void {
  for (const { topic, bootstrapServers } of left) {
    say(`topic ${topic} on ${bootstrapServers} stays: ${why} (to forget it, remove ${topicFile(topic)})`)
  }
}
