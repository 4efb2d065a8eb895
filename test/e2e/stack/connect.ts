/** A real Apache Kafka Connect worker (distributed, alone in its group) on the loopback, with Jolokia and the Prometheus agent. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findJava } from '../../../src/broker/java.ts'
import { jvm } from '../../../src/broker/jvm.ts'
import { freePorts } from '../../../src/broker/ports.ts'
import { propertiesText } from '../../../src/broker/properties.ts'
import { hold } from './hold.ts'
import { type Plugin, pluginDir, workerJars, workerVersion } from './plugins.ts'

export interface ConnectOptions {
  readonly bootstrapServers: string
  readonly plugins: readonly Plugin[]
  /** More lines of the worker's properties; they win over ours. */
  readonly config?: Readonly<Record<string, string>>
  /** 256 when absent. */
  readonly heapMb?: number
  /** Full JIT and G1, for figures. */
  readonly measured?: boolean
}

/** What `GET /connectors/NAME/status` says, as far as tests ask. */
export interface ConnectorStatus {
  readonly connector: { readonly state: string; readonly trace?: string }
  readonly tasks: readonly { readonly id: number; readonly state: string; readonly trace?: string }[]
}

export interface ConnectWorker {
  /** Of its REST API. */
  readonly url: string
  /** Ends in /jolokia. */
  readonly jolokiaUrl: string
  /** Ends in /metrics. */
  readonly prometheusUrl: string
  readonly version: string
  readonly pid: number
  log(): string
  /** Makes a connector, or gives it another configuration; comes back when its tasks run or have failed. */
  create(name: string, config: Readonly<Record<string, string>>): Promise<ConnectorStatus>
  status(name: string): Promise<ConnectorStatus>
  remove(name: string): Promise<void>
  /** The answer's JSON. @throws Error with what the worker says, where that is not a 2xx */
  request(method: string, path: string, body?: unknown): Promise<unknown>
  stop(): Promise<void>
}

const TASKS_MS = 60_000
const REQUEST_MS = 30_000

export async function startConnect(options: ConnectOptions): Promise<ConnectWorker> {
  const [java, jars] = await Promise.all([findJava(), workerJars()])
  const [port = 0, jolokia = 0, prometheus = 0] = await freePorts(3)
  const dir = mkdtempSync(join(tmpdir(), 'tune-connect-'))
  try {
    mkdirSync(join(dir, 'plugins'))
    for (const plugin of options.plugins)
      symlinkSync(await pluginDir(plugin), join(dir, 'plugins', plugin), 'dir')
    const file = join(dir, 'connect.properties')
    writeFileSync(file, propertiesText({ ...workerConfig(options, port, dir), ...options.config }))
    const agent = (name: string) =>
      join(jars, readdirSync(jars).find((jar) => jar.startsWith(name)) ?? `${name} is missing`)
    const argv = jvm({
      java: java.path,
      classPath: [join(jars, '*')],
      heapMb: options.heapMb ?? 256,
      measured: options.measured ?? false,
      flags: [
        `-javaagent:${agent('jolokia-agent-jvm')}=host=127.0.0.1,port=${jolokia}`,
        `-javaagent:${agent('jmx_prometheus_javaagent')}=127.0.0.1:${prometheus}:${join(import.meta.dirname, 'jmx-exporter.yml')}`,
      ],
      main: ['org.apache.kafka.connect.cli.ConnectDistributed', file],
    })
    const url = `http://127.0.0.1:${port}`
    const { pid, log, stop } = await hold({
      what: 'the Connect worker',
      command: { argv, cwd: dir, log: join(dir, 'connect.log') },
      dir,
      ready: () => rest(url).request('GET', '/connectors'),
    })
    return {
      url,
      jolokiaUrl: `http://127.0.0.1:${jolokia}/jolokia`,
      prometheusUrl: `http://127.0.0.1:${prometheus}/metrics`,
      version: workerVersion(),
      pid,
      log,
      stop,
      ...rest(url),
    }
  } catch (error) {
    rmSync(dir, { recursive: true, force: true })
    throw error
  }
}

/** Unlike any other worker's, so that several live on one broker. */
function workerConfig({ bootstrapServers }: ConnectOptions, port: number, dir: string) {
  const group = `connect-${process.pid}-${port}`
  const json = 'org.apache.kafka.connect.json.JsonConverter'
  return {
    'bootstrap.servers': bootstrapServers,
    'group.id': group,
    'key.converter': json,
    'value.converter': json,
    'key.converter.schemas.enable': 'false',
    'value.converter.schemas.enable': 'false',
    'offset.storage.topic': `${group}-offsets`,
    'offset.storage.replication.factor': '1',
    'offset.storage.partitions': '1',
    'config.storage.topic': `${group}-configs`,
    'config.storage.replication.factor': '1',
    'status.storage.topic': `${group}-status`,
    'status.storage.replication.factor': '1',
    'status.storage.partitions': '1',
    // the default of a minute decides when offsets can be seen
    'offset.flush.interval.ms': '1000',
    'scheduled.rebalance.max.delay.ms': '0',
    listeners: `http://127.0.0.1:${port}`,
    'rest.advertised.host.name': '127.0.0.1',
    'plugin.path': join(dir, 'plugins'),
    // scanning class files takes seconds; all of ours have manifests
    'plugin.discovery': 'service_load',
  }
}

function rest(url: string): Pick<ConnectWorker, 'request' | 'create' | 'status' | 'remove'> {
  const request = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(REQUEST_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  // the worker's own words, whose shape its version fixes
  const status = async (name: string) =>
    (await request('GET', `/connectors/${name}/status`)) as ConnectorStatus
  return {
    request,
    status,
    async create(name, config) {
      await request('PUT', `/connectors/${name}/config`, config)
      const deadline = Date.now() + TASKS_MS
      for (;;) {
        // 404 until the group has taken the connector in
        const now = await status(name).catch(() => undefined)
        const states = [now?.connector, ...(now?.tasks ?? [])].map((part) => part?.state)
        const isSettled = now !== undefined && (now.tasks.length > 0 || now.connector.state === 'FAILED')
        if (isSettled && states.every((state) => state === 'RUNNING' || state === 'FAILED')) return now
        if (Date.now() > deadline) throw new Error(`${name} has no running task: ${JSON.stringify(now)}`)
        await sleep(100)
      }
    },
    remove: async (name) => void (await request('DELETE', `/connectors/${name}`)),
  }
}
