import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TuneError } from '../errors.ts'
import { pinnedJars, pomProperty, shortHash } from './maven.ts'
import { cacheDir, packageDir } from './paths.ts'

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

const POM = join(packageDir, 'poms/kafka.xml')

/** The jars of `$KAFKA_HOME/libs`; else those that Maven fetches for poms/kafka.xml, once. */
export async function kafkaJars(
  log: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<KafkaJars> {
  const root = join(cacheDir(env), 'kafka')
  if (env.KAFKA_HOME) return jarsOfHome(env.KAFKA_HOME, root)
  const dir = pinnedDir(root)
  const pinned = {
    pom: POM,
    dir,
    what: 'Apache Kafka (40 MB)',
    withoutMaven: KAFKA_REMEDY,
    whenFailed: 'check the network and ~/.m2/settings.xml, or set KAFKA_HOME to a Kafka that is already here',
  }
  return listJars(await pinnedJars(pinned, log), dir)
}

/** True when a broker can be started without Maven. */
export function hasJars(env: NodeJS.ProcessEnv = process.env): boolean {
  return Boolean(env.KAFKA_HOME) || existsSync(join(pinnedDir(join(cacheDir(env), 'kafka')), 'libs'))
}

function pinnedDir(root: string): string {
  return join(root, `${pomProperty(POM, 'kafka.version')}-${shortHash(readFileSync(POM, 'utf8'))}`)
}

function jarsOfHome(home: string, root: string): KafkaJars {
  const libs = join(home, 'libs')
  if (!existsSync(libs)) {
    throw new TuneError('MISSING', `KAFKA_HOME is ${home}, but ${libs} does not exist`, {
      hint: 'point KAFKA_HOME at an unpacked Kafka distribution, or unset it',
    })
  }
  return listJars(libs, join(root, `home-${shortHash(libs)}`))
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
