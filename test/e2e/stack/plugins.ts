/** The jars of Flink, of the Connect worker and its plugins: what Maven fetches for poms/, and what javac makes of the fixture. */
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pinnedJars, pomProperty, shortHash } from '../../../src/broker/maven.ts'
import { cacheDir, packageDir } from '../../../src/broker/paths.ts'
import { withLock } from '../../../src/lock.ts'

const run = promisify(execFile)
const log = (line: string) => console.error(`stack: ${line}`)

const FIXTURE = join(packageDir, 'test/fixtures/connect/http-source')
const SOURCE = join(FIXTURE, 'src/tune/fixture/HttpSource.java')

/** A folder with the jars that a pom of ours pins. */
async function jarsOf(name: string, megabytes: number): Promise<string> {
  const pom = join(packageDir, 'poms', `${name}.xml`)
  const dir = join(cacheDir(), 'stack', `${name}-${shortHash(readFileSync(pom, 'utf8'))}`)
  const hint = 'install a JDK 17+ and Maven, check the network and ~/.m2/settings.xml'
  return pinnedJars(
    { pom, dir, what: `${name} (${megabytes} MB)`, withoutMaven: hint, whenFailed: hint },
    log,
  )
}

export const workerJars = (): Promise<string> => jarsOf('connect', 39)

/** Kafka's version of the worker, from its pin. */
export const workerVersion = (): string => pomProperty(join(packageDir, 'poms/connect.xml'), 'kafka.version')

/** JobManager and TaskManager. */
export const flinkJars = (): Promise<string> => jarsOf('flink', 80)

/** A plugin that a worker can be given, and how its folder is come by. */
const PLUGINS = {
  /** Debezium's connector for PostgreSQL. */
  debezium: () => jarsOf('debezium', 8),
  /** test/fixtures/connect/http-source: polls paged JSON APIs. */
  'http-fixture': compileFixture,
} as const satisfies Record<string, () => Promise<string>>

export type Plugin = keyof typeof PLUGINS

export const pluginDir = (plugin: Plugin): Promise<string> => PLUGINS[plugin]()

async function compileFixture(): Promise<string> {
  const jars = await workerJars()
  const key = shortHash(readFileSync(SOURCE, 'utf8') + jars)
  const dir = join(cacheDir(), 'stack', `http-fixture-${key}`)
  if (existsSync(dir)) return dir
  await withLock(
    `${dir}.lock`,
    () => log('another process is compiling the HTTP source, waiting'),
    async () => {
      if (existsSync(dir)) return
      const beside = `${dir}.tmp`
      rmSync(beside, { recursive: true, force: true })
      mkdirSync(beside, { recursive: true })
      const javac = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'javac') : 'javac'
      await run(javac, ['--release', '17', '-cp', join(jars, '*'), '-d', beside, SOURCE])
      cpSync(join(FIXTURE, 'META-INF'), join(beside, 'META-INF'), { recursive: true })
      renameSync(beside, dir)
    },
  )
  return dir
}
