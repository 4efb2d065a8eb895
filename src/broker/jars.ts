import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { messageOf, TuneError } from '../errors.ts'
import { withLock } from './lock.ts'
import { cacheDir, packageDir } from './paths.ts'

const run = promisify(execFile)

export interface KafkaJars {
  /** Kafka's version, from the name of its client's jar. */
  version: string
  /** Every jar, sorted: a class archive holds for one class path in one order. */
  classPath: readonly string[]
  /** Where things made from these jars are kept. */
  workDir: string
}

export const KAFKA_REMEDY =
  'install a JDK 17+ and Maven (Debian: apt install openjdk-17-jdk-headless maven), or set KAFKA_HOME'

/** The jars of `$KAFKA_HOME/libs`; else those that Maven fetches for poms/kafka.xml, once. */
export async function kafkaJars(
  log: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<KafkaJars> {
  const root = join(cacheDir(env), 'kafka')
  if (env.KAFKA_HOME) return jarsOfHome(env.KAFKA_HOME, root)
  const dir = pinnedDir(root)
  const libs = join(dir, 'libs')
  if (!existsSync(libs)) {
    await withLock(
      `${dir}.lock`,
      () => log('another process is fetching Apache Kafka, waiting'),
      async () => {
        if (!existsSync(libs)) await fetchJars(libs, log)
      },
    )
  }
  return listJars(libs, dir)
}

/** True when a broker can be started without Maven. */
export function hasJars(env: NodeJS.ProcessEnv = process.env): boolean {
  return Boolean(env.KAFKA_HOME) || existsSync(join(pinnedDir(join(cacheDir(env), 'kafka')), 'libs'))
}

function pinnedDir(root: string): string {
  const pom = readFileSync(join(packageDir, 'poms/kafka.xml'), 'utf8')
  const version = /<kafka\.version>(.+)<\/kafka\.version>/.exec(pom)?.[1] ?? 'unknown'
  return join(root, `${version}-${hash(pom)}`)
}

function jarsOfHome(home: string, root: string): KafkaJars {
  const libs = join(home, 'libs')
  if (!existsSync(libs)) {
    throw new TuneError('MISSING', `KAFKA_HOME is ${home}, but ${libs} does not exist`, {
      hint: 'point KAFKA_HOME at an unpacked Kafka distribution, or unset it',
    })
  }
  return listJars(libs, join(root, `home-${hash(libs)}`))
}

function listJars(libs: string, workDir: string): KafkaJars {
  const names = readdirSync(libs).filter((name) => name.endsWith('.jar'))
  const version = names
    .map((name) => /^kafka-clients-(\d.*)\.jar$/.exec(name)?.[1])
    .find((found) => found !== undefined)
  if (version === undefined) {
    throw new TuneError('MISSING', `no kafka-clients jar in ${libs}`, {
      hint: `remove ${dirname(libs)}, or mend KAFKA_HOME`,
    })
  }
  return { version, classPath: names.sort().map((name) => join(libs, name)), workDir }
}

async function fetchJars(libs: string, log: (line: string) => void): Promise<void> {
  log('fetching Apache Kafka with Maven (40 MB, once)')
  const beside = `${libs}.tmp`
  // left by a process that died at this point
  rmSync(beside, { recursive: true, force: true })
  mkdirSync(beside, { recursive: true })
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${beside}`]
  try {
    await run('mvn', ['-q', '-B', '-f', join(packageDir, 'poms/kafka.xml'), ...goal], { timeout: 600_000 })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      throw new TuneError('MISSING', 'no Maven (mvn) to fetch Apache Kafka with', {
        hint: KAFKA_REMEDY,
        cause,
      })
    }
    throw new TuneError('MISSING', `Maven could not fetch Apache Kafka: ${mavenReason(cause)}`, {
      hint: 'check the network and ~/.m2/settings.xml, or set KAFKA_HOME to a Kafka that is already here',
      cause,
    })
  }
  renameSync(beside, libs)
}

function mavenReason(cause: unknown): string {
  const output = cause instanceof Error && 'stdout' in cause ? String(cause.stdout) : ''
  const error = output.split('\n').find((line) => line.startsWith('[ERROR] '))
  return (error ?? messageOf(cause).split('\n')[0] ?? '').replace('[ERROR] ', '').slice(0, 300)
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
