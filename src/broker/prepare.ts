import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, TuneError } from '../errors.ts'
import { withLock } from '../lock.ts'
import { guard } from './guard.ts'
import type { KafkaJars } from './jars.ts'
import type { Java } from './java.ts'
import { jvm, STARTED } from './jvm.ts'
import { reasonIn } from './logfile.ts'
import { freePorts } from './ports.ts'
import { propertiesText, serverProperties } from './properties.ts'

/** What is made once for a Kafka on a JVM, so that every later start takes half the time. */
export interface Prepared {
  /** The file that `kafka.tools.StorageTool format` writes beside meta.properties: the feature levels, the same for all. */
  bootstrapCheckpoint: Buffer
  /** Archive of loaded and verified classes (JEP 350); absent when this JVM could not make one. */
  classArchive: string | undefined
}

/** Formats a folder with Kafka's own tool and lets a broker start and stop once, recording its classes. */
export async function prepare(jars: KafkaJars, java: Java, log: (line: string) => void): Promise<Prepared> {
  const key = createHash('sha256')
    .update(java.build)
    .update(jars.classPath.join(':'))
    .digest('hex')
    .slice(0, 12)
  const dir = join(jars.workDir, `prepared-${key}`)
  if (!existsSync(dir)) {
    await withLock(
      `${dir}.lock`,
      () => log('another process is preparing Apache Kafka, waiting'),
      async () => {
        if (!existsSync(dir)) await make(dir, jars, java, log)
      },
    )
  }
  const archive = join(dir, 'classes.jsa')
  return {
    bootstrapCheckpoint: readFileSync(join(dir, 'bootstrap.checkpoint')),
    classArchive: existsSync(archive) ? archive : undefined,
  }
}

async function make(dir: string, jars: KafkaJars, java: Java, log: (line: string) => void): Promise<void> {
  log(`preparing Apache Kafka ${jars.version} for fast starts (once)`)
  const beside = `${dir}.tmp`
  rmSync(beside, { recursive: true, force: true })
  mkdirSync(beside, { recursive: true })
  const [port = 0, controllerPort = 0] = await freePorts(2)
  const node = { id: 1, port, controllerPort, extraPorts: [] }
  const logDir = join(beside, 'data')
  const file = join(beside, 'server.properties')
  const plan = { node, nodes: [node], logDir, measured: false, partitions: 1, listeners: [], config: {} }
  writeFileSync(file, propertiesText(serverProperties(plan)))

  const base = { java: java.path, classPath: jars.classPath, heapMb: 192, measured: false }
  const format = ['kafka.tools.StorageTool', 'format', '-t', 'AAAAAAAAQACAAAAAAAAAAQ', '-c', file]
  await runOnce(jvm({ ...base, main: format }), beside, 'format')
  renameSync(join(logDir, 'bootstrap.checkpoint'), join(beside, 'kept.checkpoint'))
  writeFileSync(join(logDir, 'bootstrap.checkpoint'), readFileSync(join(beside, 'kept.checkpoint')))

  try {
    const record = [`-XX:ArchiveClassesAtExit=${join(beside, 'kept.jsa')}`]
    await runOnce(jvm({ ...base, main: ['kafka.Kafka', file], flags: record }), beside, 'broker', STARTED)
  } catch (error) {
    // an archive saves a second a start, no more: without it everything works
    log(`no class archive: ${messageOf(error)}`)
  }
  const done = `${dir}.done`
  rmSync(done, { recursive: true, force: true })
  mkdirSync(done)
  renameSync(join(beside, 'kept.checkpoint'), join(done, 'bootstrap.checkpoint'))
  if (existsSync(join(beside, 'kept.jsa'))) renameSync(join(beside, 'kept.jsa'), join(done, 'classes.jsa'))
  rmSync(beside, { recursive: true, force: true })
  renameSync(done, dir)
}

/** Runs a JVM to its end; with `until`, that end is asked for (SIGTERM) as soon as the log says so. */
async function runOnce(argv: readonly string[], cwd: string, name: string, until?: string): Promise<void> {
  const file = join(cwd, `${name}.log`)
  const held = await guard([{ argv, cwd, log: file }], [])
  const deadline = Date.now() + 60_000
  let asked = until === undefined
  try {
    while (held.exits.length === 0) {
      if (Date.now() > deadline) throw new TuneError('BROKER', `Kafka's ${name} run took more than 60 s`)
      await sleep(20)
      if (!asked && readFileSync(file, 'utf8').includes(until ?? '')) {
        asked = true
        held.terminate()
      }
    }
    const code = held.exits[0]?.code
    // 143: ended by the SIGTERM that was asked for
    if (!asked || (code !== 0 && code !== 143)) {
      throw new TuneError('BROKER', `Kafka's ${name} run failed: ${reasonIn(readFileSync(file, 'utf8'))}`)
    }
  } finally {
    await held.stop()
  }
}
