import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TuneError } from '../errors.ts'
import { isAlive } from '../processes.ts'
import { type Guarded, type GuardedCommand, guard, type ProcessExit } from './guard.ts'
import { follow, keepLog, reasonIn } from './logfile.ts'
import { strikeTopicsOn } from './made-topics.ts'
import type { BrokerEnd, BrokerOptions, ThrowAwayBroker } from './options.ts'
import { failedLogDir } from './paths.ts'
import { type BrokerRecord, cleanUp, DATA_PREFIX, stateFile, stopBroker, writeState } from './state.ts'

/** What an engine tells about the cluster it is about to start. */
export interface Launch {
  id: string
  dataDir: string
  engine: 'kafka' | 'mock'
  version: string
  commands: readonly GuardedCommand[]
  /** Called with the output of one process so far; answers whether it is ready. */
  isReady: (index: number, output: string) => boolean | Promise<boolean>
  /** Called once all are ready. */
  describe: (pids: readonly number[]) => Pick<ThrowAwayBroker, 'brokers' | 'listeners'>
  limits: readonly string[]
}

const START_TIMEOUT_MS = 60_000

/** A short name, typed by people: six hexadecimal digits. */
export function newId(): string {
  return randomBytes(3).toString('hex')
}

/** A folder of its own for a broker's data, on a file system with at least `needBytes` free. */
export function makeDataDir(needBytes: number, log: (line: string) => void): string {
  const tmp = tmpdir()
  if (!existsSync(tmp)) {
    throw new TuneError('STORAGE', `the temporary folder ${tmp} does not exist`, {
      hint: 'make it, or mend TMPDIR',
    })
  }
  const freeHereBytes = freeBytes(tmp)
  if (freeHereBytes < needBytes) {
    const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(1)
    throw new TuneError(
      'STORAGE',
      `${tmp} has ${gib(freeHereBytes)} GiB free, a broker may need ${gib(needBytes)} GiB`,
      {
        hint: 'free some, or set TMPDIR to a folder on another disk',
      },
    )
  }
  const TMPFS_MAGIC = 0x01021994
  if (statfsSync(tmp).type === TMPFS_MAGIC)
    log(`${tmp} is in memory (tmpfs): so is the broker's data, and no disk is measured`)
  sweep(tmp)
  return mkdtempSync(join(tmp, `${DATA_PREFIX}${process.pid}-`))
}

/**
 * Removes folders whose process died before it had a guardian to do so. They hold no log yet; one that does belongs to
 * a broker, perhaps of another cache folder, and is left alone.
 */
function sweep(tmp: string): void {
  for (const name of readdirSync(tmp)) {
    const pid = new RegExp(`^${DATA_PREFIX}(\\d+)-`).exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    try {
      const dir = join(tmp, name)
      if (!readdirSync(dir).some((file) => file.endsWith('.log')))
        rmSync(dir, { recursive: true, force: true })
    } catch {
      // somebody else's, or already gone
    }
  }
}

/** Starts the processes under a guardian, waits until all are ready, and keeps the state file. */
export async function launch(plan: Launch, options: BrokerOptions): Promise<ThrowAwayBroker> {
  const held = await guard(plan.commands, [plan.dataDir, stateFile(plan.id)])
  const record: BrokerRecord = {
    schema: 'tune.broker/1',
    id: plan.id,
    engine: plan.engine,
    version: plan.version,
    startedAt: new Date().toISOString(),
    ready: false,
    detached: options.detached ?? false,
    parentPid: options.detached ? null : process.pid,
    guardianPid: held.guardianPid,
    bootstrapServers: '',
    brokers: held.pids.map((pid, i) => ({ id: i + 1, port: 0, pid })),
    dataDir: plan.dataDir,
  }
  try {
    writeState(record)
    const timeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS
    await untilReady(plan, held, watchLogs(plan), timeoutMs)
    const { brokers, listeners } = plan.describe(held.pids)
    const bootstrapServers = brokers.map(({ port }) => `127.0.0.1:${port}`).join(',')
    writeState({ ...record, ready: true, bootstrapServers, brokers })
    if (options.detached) await held.release()
    held.unref()
    let asked = false
    const ended = held.ended.then((exit): BrokerEnd => {
      const end = endOf(exit, plan)
      // killed, not told to stop: what it held is left to us
      if (exit === undefined && !asked) cleanUp(stateFile(plan.id), { ...record, brokers })
      return end
    })
    const { id, engine, version, dataDir, limits } = plan
    const restart = async (brokerId: number) => {
      const index = brokers.findIndex((broker) => broker.id === brokerId)
      const broker = brokers[index]
      if (broker === undefined || engine === 'mock' || options.detached) {
        throw new TuneError('UNSUPPORTED', `broker ${brokerId} cannot be started again`)
      }
      const watched = watchLogs(plan).filter((log) => log.index === index)
      // what it said when it was started before does not count
      for (const log of watched) log.read()
      broker.pid = await held.restart(index)
      writeState({ ...record, ready: true, bootstrapServers, brokers })
      await untilReady(plan, held, watched, timeoutMs)
    }
    const stop = async () => {
      asked = true
      if (options.detached) await stopBroker(id)
      else await held.stop()
      cleanUp(stateFile(id), { ...record, brokers })
      strikeTopicsOn([bootstrapServers, ...Object.values(listeners).flat()].join(','))
    }
    return {
      id,
      engine,
      version,
      bootstrapServers,
      brokers,
      listeners,
      dataDir,
      limits,
      ended,
      restart,
      stop,
    }
  } catch (error) {
    await held.stop()
    throw error
  }
}

interface WatchedLog {
  readonly index: number
  /** What was added since the last call. */
  readonly read: () => string
  text: string
  ready: boolean
}

function watchLogs(plan: Launch): WatchedLog[] {
  return plan.commands.map(({ log }, index) => ({ index, read: follow(log), text: '', ready: false }))
}

async function untilReady(
  plan: Launch,
  held: Guarded,
  logs: readonly WatchedLog[],
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!logs.every(({ ready }) => ready)) {
    // asked for before the logs are read, so that the last words of a process that died are among them
    const exit = held.exits[0]
    for (const log of logs) {
      log.text += log.read()
      log.ready ||= await plan.isReady(log.index, log.text)
    }
    if (exit !== undefined) throw died(plan, exit)
    if (Date.now() > deadline) {
      const slow = logs.find(({ ready }) => !ready)
      const last = slow?.text.trimEnd().split('\n').at(-1)
      throw new TuneError(
        'BROKER',
        `the broker did not start in ${timeoutMs / 1000} s; its last line: ${last}`,
        {
          hint: `its log: ${keep(plan, slow?.index ?? 0)}`,
        },
      )
    }
    await sleep(15)
  }
}

function died(plan: Launch, exit: ProcessExit): TuneError {
  return new TuneError('BROKER', `the broker died while starting: ${reasonOf(exit, plan)}`, {
    hint: `its log: ${keep(plan, exit.index)}`,
  })
}

function endOf(exit: ProcessExit | undefined, plan: Launch): BrokerEnd {
  if (exit === undefined) return { how: 'stopped', reason: 'the broker was stopped' }
  return { how: 'exit', reason: `broker ${exit.index + 1} died: ${reasonOf(exit, plan)}` }
}

/** A broker gives up its last log folder, and ends, when a write does not fit: with this little left that is why. */
const FULL_BYTES = 16 * 2 ** 20

/** Why a process ended. The log of a broker lies beside its data, so on a full disk it may lack the last words. */
function reasonOf(exit: ProcessExit, plan: Launch): string {
  const said = saidBy(exit, plan)
  return exit.signal === null && freeBytes(plan.dataDir) < FULL_BYTES
    ? `the disk of its data (${plan.dataDir}) is full: ${said}`
    : said
}

function freeBytes(dir: string): number {
  try {
    const { bavail, bsize } = statfsSync(dir)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

function saidBy(exit: ProcessExit, plan: Launch): string {
  if (exit.error !== undefined) return exit.error
  if (exit.signal !== null) return `killed by ${exit.signal}`
  const log = plan.commands[exit.index]?.log
  try {
    return reasonIn(log === undefined ? '' : readFileSync(log, 'utf8'))
  } catch {
    return `exit code ${exit.code}`
  }
}

function keep(plan: Launch, index: number): string {
  const time = new Date().toISOString().replaceAll(':', '').slice(0, 17)
  return keepLog(plan.commands[index]?.log ?? '', failedLogDir(), `${time}-${plan.id}-${index + 1}.log`)
}
