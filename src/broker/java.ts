import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { TuneError } from '../errors.ts'

const run = promisify(execFile)

/** Kafka 4 brokers need it (https://kafka.apache.org/documentation/#java). */
const MIN_JAVA = 17

export interface Java {
  path: string
  /** Major version: 17, 21, … */
  major: number
  /** All that `java -version` says; a class archive belongs to exactly this JVM. */
  build: string
}

/** The major version in the output of `java -version`; 1.8 is 8. */
export function javaMajor(versionText: string): number | undefined {
  const match = /version "(\d+)(?:\.(\d+))?/.exec(versionText)
  if (match === null) return undefined
  const first = Number(match[1])
  return first === 1 ? Number(match[2]) : first
}

/** `$JAVA_HOME/bin/java`, else `java` of the PATH; MISSING when there is none or it is too old. */
export async function findJava(env: NodeJS.ProcessEnv = process.env): Promise<Java> {
  const path = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : 'java'
  const hint = `install a JDK ${MIN_JAVA} or later (Debian: apt install openjdk-17-jdk-headless maven), or set JAVA_HOME`
  let build: string
  try {
    build = (await run(path, ['-version'], { env, timeout: 20_000 })).stderr
  } catch (cause) {
    throw new TuneError('MISSING', `no Java to run a Kafka broker on: ${path} does not start`, {
      hint,
      cause,
    })
  }
  const major = javaMajor(build)
  if (major === undefined || major < MIN_JAVA) {
    const found = major === undefined ? 'of unknown version' : String(major)
    throw new TuneError('MISSING', `a Kafka broker needs Java ${MIN_JAVA}, but ${path} is Java ${found}`, {
      hint,
    })
  }
  return { path, major, build }
}
