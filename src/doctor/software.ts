/** What runs: Node, the drivers, and what a throw-away broker needs. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hasJars, kafkaJars } from '../broker/jars.ts'
import { findJava } from '../broker/java.ts'
import { messageOf, TuneError } from '../errors.ts'
import { nativeVersion, prepareNative, probeNative } from '../native.ts'
import type { Check, Finding } from './check.ts'

const run = promisify(execFile)

/** The same as `engines` in package.json. */
const MIN_NODE = [20, 19, 4] as const

export const node: Check = {
  id: 'node',
  title: 'Node',
  look: async ({ nodeVersion }) =>
    isOld(nodeVersion)
      ? {
          level: 'missing',
          text: `${nodeVersion}, older than ${MIN_NODE.join('.')}`,
          remedy: 'install Node 20.19.4 or later (https://nodejs.org)',
        }
      : { level: 'ok', text: `${nodeVersion}, ABI ${process.versions.modules}` },
}

function isOld(version: string): boolean {
  const have = version.replace(/^v/, '').split('.').map(Number)
  for (const [at, min] of MIN_NODE.entries()) {
    const part = have[at] ?? 0
    if (part !== min) return part < min
  }
  return false
}

export const confluent: Check = {
  id: 'driver-confluent',
  title: 'driver confluent',
  async look({ env }) {
    const { problem, librdkafka } = await probeNative(env)
    if (problem === undefined) {
      return { level: 'ok', text: `client ${nativeVersion()}, librdkafka ${librdkafka}` }
    }
    const fix: Finding['fix'] = async (log) => {
      const done = await prepareNative(log, env)
      return `librdkafka ${done.librdkafka} (${done.how})`
    }
    return { level: 'warn', text: problem, remedy: 'tune doctor --fix', fix }
  },
}

/** A driver in plain JavaScript: there when its package is. */
function packaged(driver: string, name: string): Check {
  return {
    id: `driver-${driver}`,
    title: `driver ${driver}`,
    async look() {
      const version = packageVersion(name)
      if (version !== undefined) return { level: 'ok', text: `${name} ${version}` }
      return { level: 'warn', text: `${name} is not installed`, remedy: 'install tune again' }
    },
  }
}

export const wire = packaged('wire', '@platformatic/kafka')
export const kafkajs = packaged('kafkajs', 'kafkajs')

function packageVersion(name: string): string | undefined {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const path = join(folder, name, 'package.json')
    if (!existsSync(path)) continue
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
      return String(manifest.version)
    }
  }
  return undefined
}

export const java: Check = {
  id: 'java',
  title: 'Java',
  async look({ env }) {
    try {
      const { major, path } = await findJava(env)
      return { level: 'ok', text: `${major} (${path})` }
    } catch (error) {
      const remedy = error instanceof TuneError && error.hint !== undefined ? { remedy: error.hint } : {}
      return { level: 'warn', text: messageOf(error), ...remedy }
    }
  },
}

/** The version that `mvn` says it is; undefined where there is none. */
async function mavenVersion(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const said = (await run('mvn', ['-v'], { env, timeout: 20_000 })).stdout
    return /Apache Maven ([\w.-]+)/.exec(said)?.[1] ?? 'of an unknown version'
  } catch {
    return undefined
  }
}

export const maven: Check = {
  id: 'maven',
  title: 'Maven',
  async look({ env }) {
    const version = await mavenVersion(env)
    if (version !== undefined) return { level: 'ok', text: version }
    return hasJars(env)
      ? { level: 'ok', text: 'not here, and not needed: Apache Kafka is' }
      : { level: 'warn', text: 'no mvn to fetch Apache Kafka with', remedy: 'apt install maven' }
  },
}

export const kafka: Check = {
  id: 'kafka',
  title: 'Apache Kafka',
  async look({ env }) {
    if (env.KAFKA_HOME) {
      return existsSync(join(env.KAFKA_HOME, 'libs'))
        ? { level: 'ok', text: `KAFKA_HOME ${env.KAFKA_HOME}` }
        : { level: 'warn', text: `KAFKA_HOME ${env.KAFKA_HOME} has no libs`, remedy: 'unset KAFKA_HOME' }
    }
    if (hasJars(env)) {
      const { version } = await kafkaJars(() => {}, env)
      return { level: 'ok', text: `${version}, in the cache` }
    }
    const fix: Finding['fix'] = async (log) => `${(await kafkaJars(log, env)).version}, fetched`
    const version = await mavenVersion(env)
    if (version !== undefined) {
      return { level: 'ok', text: `is fetched by Maven ${version} when first needed`, fix }
    }
    return {
      level: 'warn',
      text: 'neither in the cache, nor Maven (mvn) to fetch it, nor KAFKA_HOME',
      remedy: 'apt install maven, or set KAFKA_HOME to an unpacked Kafka',
    }
  },
}
