import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { TuneError } from '../errors.ts'
import { commandLine, signalIf } from '../processes.ts'
import { strikeTopicsOn } from './made-topics.ts'
import { stateDir, writeWhole } from './paths.ts'
import { forget, readRecord, recordFiles } from './records.ts'

const Record = z.object({
  schema: z.literal('tune.broker/1'),
  id: z.string(),
  engine: z.enum(['kafka', 'mock']),
  version: z.string(),
  /** ISO date. */
  startedAt: z.string(),
  ready: z.boolean(),
  detached: z.boolean(),
  /** The process whose end ends this broker; null when detached. */
  parentPid: z.number().nullable(),
  guardianPid: z.number(),
  bootstrapServers: z.string(),
  brokers: z.array(z.object({ id: z.number(), port: z.number(), pid: z.number() })),
  dataDir: z.string(),
})

/** What is kept on disk about a running throw-away broker. */
export type BrokerRecord = z.infer<typeof Record>

/** Begins the name of every data folder; nothing else is ever removed on the word of a state file. */
export const DATA_PREFIX = 'tune-broker-'
/** In the command line of every guardian. */
const GUARDIAN_MARK = 'guardian.mjs'

export function stateFile(id: string): string {
  return join(stateDir(), `${id}.json`)
}

export function writeState(record: BrokerRecord): void {
  writeWhole(stateFile(record.id), `${JSON.stringify(record, null, 2)}\n`)
}

/** The brokers that run, oldest first. What a dead one left (its guardian was killed) is cleaned up on the way. */
export async function listBrokers(): Promise<BrokerRecord[]> {
  const live: BrokerRecord[] = []
  for (const path of recordFiles(stateDir())) {
    const said = readRecord(path)
    if (said === 'gone') continue
    const record = Record.safeParse(said).data
    if (record !== undefined && commandLine(record.guardianPid).includes(GUARDIAN_MARK)) live.push(record)
    else cleanUp(path, record)
  }
  return live.sort((a, b) => a.startedAt.localeCompare(b.startedAt))
}

/** Ends a broker, or all, whoever started them; comes back when processes and data are gone. */
export async function stopBroker(which: string): Promise<BrokerRecord[]> {
  const running = await listBrokers()
  const chosen = which === 'all' ? running : running.filter(({ id }) => id === which)
  if (which !== 'all' && chosen.length === 0) {
    const ids = running.map(({ id }) => id).join(', ')
    throw new TuneError('USAGE', `no broker ${which} is running`, {
      hint: ids === '' ? 'none is running; start one with: tune broker start' : `running: ${ids}`,
    })
  }
  for (const record of chosen) signalIf(record.guardianPid, GUARDIAN_MARK, 'SIGTERM')
  for (const record of chosen) {
    const deadline = Date.now() + 10_000
    while (commandLine(record.guardianPid).includes(GUARDIAN_MARK) && Date.now() < deadline) await sleep(20)
    if (signalIf(record.guardianPid, GUARDIAN_MARK, 'SIGKILL')) cleanUp(stateFile(record.id), record)
    strikeTopicsOn(record.bootstrapServers)
  }
  return chosen
}

/** Removes a state file and, of a broker that has lost its guardian, processes and data. */
export function cleanUp(path: string, record: BrokerRecord | undefined): void {
  if (record !== undefined && basename(record.dataDir).startsWith(DATA_PREFIX)) {
    // the data folder stands in the command line of each of its processes, so a pid used again is not mistaken
    for (const { pid } of record.brokers) signalIf(pid, record.dataDir, 'SIGKILL')
    rmSync(record.dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  }
  forget(path)
}
