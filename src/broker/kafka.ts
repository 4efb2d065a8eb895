import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TuneError } from '../errors.ts'
import { kafkaJars } from './jars.ts'
import { findJava } from './java.ts'
import { jvm, STARTED } from './jvm.ts'
import { launch, makeDataDir, newId } from './launch.ts'
import type { BrokerOptions, ThrowAwayBroker } from './options.ts'
import { answers, claimPorts, freePorts } from './ports.ts'
import { type Prepared, prepare } from './prepare.ts'
import {
  MEASURED_DISK_BYTES,
  type NodePlan,
  propertiesText,
  SMALL_DISK_BYTES,
  serverProperties,
} from './properties.ts'

/** Partitions that a bench makes unless it is told otherwise. */
const DEFAULT_PARTITIONS = 12
/** Beside the topics' data: indexes, the metadata log, what arrives between two looks at retention. */
const DISK_MARGIN_BYTES = 512 * 2 ** 20
/** What a broker says when a port was taken between our look and its own. */
const PORT_TAKEN = /Address already in use|BindException/

/** Starts one or three real Apache Kafka brokers (KRaft, each also a controller) on the loopback. */
export async function startKafka(options: BrokerOptions): Promise<ThrowAwayBroker> {
  try {
    return await startOnce(options)
  } catch (error) {
    const chosenByUs =
      options.port === undefined && !options.listeners?.some(({ port }) => port !== undefined)
    if (chosenByUs && error instanceof TuneError && PORT_TAKEN.test(error.message)) return startOnce(options)
    throw error
  }
}

async function startOnce(options: BrokerOptions): Promise<ThrowAwayBroker> {
  const log = options.log ?? (() => {})
  const measured = options.measured ?? false
  const [java, jars] = await Promise.all([findJava(), kafkaJars(log)])
  const nodes = await planNodes(options)
  const prepared = await prepare(jars, java, log)
  const diskBytes = measured ? MEASURED_DISK_BYTES : SMALL_DISK_BYTES
  const dataDir = makeDataDir(diskBytes + DISK_MARGIN_BYTES, log)
  try {
    const clusterId = newUuid()
    const partitions = options.partitions ?? DEFAULT_PARTITIONS
    const common = {
      nodes,
      measured,
      partitions,
      listeners: options.listeners ?? [],
      config: options.config ?? {},
    }
    const commands = nodes.map((node) => {
      const logDir = join(dataDir, `node-${node.id}`)
      format(logDir, clusterId, node.id, prepared)
      const file = join(dataDir, `server-${node.id}.properties`)
      writeFileSync(file, propertiesText(serverProperties({ ...common, node, logDir })))
      const argv = jvm({
        java: java.path,
        classPath: jars.classPath,
        heapMb: options.heapMb ?? (measured ? 1024 : 192),
        measured,
        classArchive: prepared.classArchive,
        ...(options.jvmFlags && { flags: options.jvmFlags }),
        main: ['kafka.Kafka', file],
      })
      return { argv, cwd: dataDir, log: join(dataDir, `server-${node.id}.log`) }
    })
    return await launch(
      {
        id: newId(),
        dataDir,
        engine: 'kafka',
        version: jars.version,
        commands,
        isReady: (i, output) => output.includes(STARTED) && answers(nodes[i]?.port ?? 0),
        describe: (pids) => ({
          brokers: nodes.map(({ id, port }, i) => ({ id, port, pid: pids[i] ?? 0 })),
          listeners: Object.fromEntries(
            (options.listeners ?? []).map(({ name }, i) => [
              name,
              nodes.map(({ extraPorts }) => `127.0.0.1:${extraPorts[i]}`),
            ]),
          ),
        }),
        limits: [],
      },
      options,
    )
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true })
    throw error
  }
}

/** Every port of every broker: the asked ones, free ones for the rest. */
async function planNodes(options: BrokerOptions): Promise<NodePlan[]> {
  const count = options.brokers
  const listeners = options.listeners ?? []
  const claim = (first: number | undefined) =>
    first === undefined ? freePorts(count) : claimPorts(first, count)
  const ports = await claim(options.port)
  const controllerPorts = await freePorts(count)
  const extra: number[][] = []
  for (const { port } of listeners) extra.push(await claim(port))
  return ports.map((port, i) => ({
    id: i + 1,
    port,
    controllerPort: controllerPorts[i] ?? 0,
    extraPorts: extra.map((column) => column[i] ?? 0),
  }))
}

/**
 * What `kafka.tools.StorageTool format` does, without its second of JVM: the checkpoint is the one that this Kafka's
 * own tool wrote once, meta.properties holds nothing but ids.
 */
function format(logDir: string, clusterId: string, nodeId: number, prepared: Prepared): void {
  mkdirSync(logDir, { recursive: true })
  writeFileSync(join(logDir, 'bootstrap.checkpoint'), prepared.bootstrapCheckpoint)
  const meta = { version: '1', 'cluster.id': clusterId, 'node.id': String(nodeId), 'directory.id': newUuid() }
  writeFileSync(join(logDir, 'meta.properties'), propertiesText(meta))
}

/** An id as Kafka writes it: 128 random bits (a version 4 UUID) in URL-safe base64. */
function newUuid(): string {
  const bytes = randomBytes(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  // Kafka makes none that begins like a command line option
  bytes[0] = (bytes[0] ?? 0) & 0x7f
  return bytes.toString('base64url')
}
