/**
 * Topics that `tune` made on clusters that it was only given: written down before they are made, struck out when they
 * are removed. A bench that is killed leaves its topic behind, and this is how the next one finds it. What is not
 * written down here is never removed. No secrets: a name and an address.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { isAlive, machine, processStart } from '../processes.ts'
import { cacheDir, writeWhole } from './paths.ts'
import { forget, readRecord, recordFiles } from './records.ts'

/** Begins the name of every topic of `tune`'s own; no other is ever removed on the word of a file. */
const TOPIC_PREFIX = 'tune-'

const Made = z.object({
  schema: z.literal('tune.topic/1'),
  topic: z.string().startsWith(TOPIC_PREFIX),
  bootstrapServers: z.string(),
  /** As in `security.protocol`: only a PLAINTEXT cluster can be reached without its owner's configuration. */
  protocol: z.string(),
  /** Who made it: ids of processes are used again, so the moment of its start belongs to it. */
  pid: z.number(),
  processStart: z.string(),
  /** Where that process can be seen; a cache folder may be shared. */
  machine: z.string(),
  /** ISO date. */
  madeAt: z.string(),
})

/** A topic of `tune`'s own on a cluster that it was given. */
export type MadeTopic = z.infer<typeof Made>

/** Where a topic is written down; who removes this file makes `tune` forget the topic. */
export function topicFile(topic: string): string {
  return join(topicDir(), `${topic}.json`)
}

function topicDir(): string {
  return join(cacheDir(), 'topics')
}

/** Writes down that this process is about to make a topic. */
export function noteTopic(topic: string, where: Pick<MadeTopic, 'bootstrapServers' | 'protocol'>): void {
  const made: MadeTopic = {
    schema: 'tune.topic/1',
    topic,
    ...where,
    pid: process.pid,
    processStart: processStart(process.pid),
    machine: machine(),
    madeAt: new Date().toISOString(),
  }
  writeWhole(topicFile(topic), `${JSON.stringify(made, null, 2)}\n`)
}

/** The topic is no more. */
export function strikeTopic(topic: string): void {
  forget(topicFile(topic))
}

/** A broker is no more, and what was made on it went with its data. */
export function strikeTopicsOn(bootstrapServers: string): void {
  for (const made of madeTopics()) {
    if (sameCluster(made.bootstrapServers, bootstrapServers)) strikeTopic(made.topic)
  }
}

/** Topics whose process has died, oldest first. What another machine made is not judged from here. */
export function leftTopics(): MadeTopic[] {
  return madeTopics().filter((made) => made.machine === machine() && !isOwnerAlive(made))
}

/** Topics that this process has made and not removed yet. */
export function ownTopics(): MadeTopic[] {
  return madeTopics().filter((made) => made.pid === process.pid && made.machine === machine())
}

function madeTopics(): MadeTopic[] {
  return recordFiles(topicDir())
    .flatMap((path) => Made.safeParse(readRecord(path)).data ?? [])
    .sort((a, b) => a.madeAt.localeCompare(b.madeAt))
}

function isOwnerAlive(made: MadeTopic): boolean {
  return isAlive(made.pid) && processStart(made.pid) === made.processStart
}

/** Whether two lists of bootstrap servers name a common one. */
export function sameCluster(one: string, other: string): boolean {
  const servers = (text: string) => text.split(',').map((server) => server.trim())
  const known = new Set(servers(one))
  return servers(other).some((server) => server !== '' && known.has(server))
}
