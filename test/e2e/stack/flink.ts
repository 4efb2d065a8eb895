/** A real Apache Flink session cluster on the loopback: a JobManager and a TaskManager, started as Flink's scripts start them. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findJava } from '../../../src/broker/java.ts'
import { jvm } from '../../../src/broker/jvm.ts'
import { freePorts } from '../../../src/broker/ports.ts'
import { type Held, hold } from './hold.ts'
import { flinkJars } from './plugins.ts'

const run = promisify(execFile)

/** What Flink computes of its configuration for a process, before it starts it. */
export interface Resources {
  /** `-Xmx…`, `-XX:MaxDirectMemorySize=…` */
  readonly jvm: readonly string[]
  /** `taskmanager.memory.managed.size=…`, by key. */
  readonly settings: Readonly<Record<string, string>>
}

export interface Flink {
  readonly jobManager: Resources
  readonly taskManager: Resources
  /** The JSON of its REST API. @throws Error with what it says, where that is not a 2xx */
  get(path: string): Promise<unknown>
  stop(): Promise<void>
}

const PROCESSES = {
  jobManager: [
    'GET_JM_RESOURCE_PARAMS',
    'org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint',
  ],
  taskManager: ['GET_TM_RESOURCE_PARAMS', 'org.apache.flink.runtime.taskexecutor.TaskManagerRunner'],
} as const

/** Kryo and Pekko look into these. */
const OPENS = [
  ...['lang', 'net', 'io', 'nio', 'lang.reflect', 'text', 'time', 'util', 'util.concurrent'],
  ...['util.concurrent.atomic', 'util.concurrent.locks'],
].map((name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`)

/**
 * Comes back when the TaskManager is registered.
 * @param config the text of a config.yaml; where to listen is added
 */
export async function startFlink(config: string): Promise<Flink> {
  const [java, jars, ports] = await Promise.all([findJava(), flinkJars(), freePorts(5)])
  const dir = mkdtempSync(join(tmpdir(), 'tune-flink-'))
  const [restPort = 0] = ports
  writeFileSync(join(dir, 'config.yaml'), `${config}\n${addresses(ports, dir)}`)
  const command = (main: readonly string[], flags: readonly string[], heapMb = 64) =>
    jvm({
      java: java.path,
      classPath: [join(jars, '*')],
      heapMb,
      measured: false,
      flags: [...OPENS, ...flags],
      main: [...main, '--configDir', dir],
    })

  /** As bin/taskmanager.sh does: the JVM's options and the rest of the memory, by Flink's own arithmetic. */
  const resourcesOf = async (what: keyof typeof PROCESSES): Promise<Resources> => {
    const [ask] = PROCESSES[what]
    const [path = '', ...args] = command(['org.apache.flink.runtime.util.bash.BashJavaUtils', ask], [])
    const { stdout } = await run(path, args)
    const [jvmLine = '', settings = ''] = [...stdout.matchAll(/BASH_JAVA_UTILS_EXEC_RESULT:(.*)/g)].map(
      ([, line]) => line ?? '',
    )
    return {
      jvm: jvmLine.split(' '),
      settings: Object.fromEntries([...settings.matchAll(/-D ([^ =]+)=(\S+)/g)].map(([, k, v]) => [k, v])),
    }
  }

  const start = async (what: keyof typeof PROCESSES, resources: Resources, ready: () => Promise<unknown>) => {
    const own = join(dir, what)
    mkdirSync(own)
    const settings = Object.entries(resources.settings).flatMap(([key, value]) => ['-D', `${key}=${value}`])
    // the last -Xmx counts
    const argv = [...command([PROCESSES[what][1]], resources.jvm), ...settings]
    return hold({
      what: `Flink's ${what}`,
      command: { argv, cwd: own, log: join(own, 'log') },
      dir: own,
      ready,
    })
  }

  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${restPort}${path}`, {
      signal: AbortSignal.timeout(10_000),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }
  const registered = async () => {
    // as this version shapes it; a TaskManager is registered before it has told of its slots
    const overview = (await get('/overview')) as { 'slots-total': number }
    if (overview['slots-total'] === 0) throw new Error('no TaskManager has slots yet')
  }

  const [jobManager, taskManager] = await Promise.all([resourcesOf('jobManager'), resourcesOf('taskManager')])
  const held: Held[] = [await start('jobManager', jobManager, () => get('/overview'))]
  const stop = async () => {
    await Promise.all(held.map((process) => process.stop()))
  }
  try {
    held.push(await start('taskManager', taskManager, registered))
  } catch (error) {
    await stop()
    throw error
  }
  return { jobManager, taskManager, get, stop }
}

function addresses([rest, rpc, taskRpc, data, blob]: readonly number[], dir: string): string {
  return [
    `rest.port: ${rest}`,
    'rest.address: 127.0.0.1',
    'rest.bind-address: 127.0.0.1',
    `jobmanager.rpc.port: ${rpc}`,
    'jobmanager.rpc.address: 127.0.0.1',
    'jobmanager.bind-host: 127.0.0.1',
    'taskmanager.host: 127.0.0.1',
    'taskmanager.bind-host: 127.0.0.1',
    `taskmanager.rpc.port: ${taskRpc}`,
    `taskmanager.data.port: ${data}`,
    `blob.server.port: ${blob}`,
    `io.tmp.dirs: ${dir}`,
    // the default of 10 s is for clusters that start over minutes
    'cluster.registration.error-delay: 300 ms',
    '',
  ].join('\n')
}
