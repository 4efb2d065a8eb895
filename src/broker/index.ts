import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { messageOf, TuneError } from '../errors.ts'
import { hasJars, KAFKA_REMEDY } from './jars.ts'
import { findJava } from './java.ts'
import { MOCK_REMEDY, nativeClient } from './mock.ts'
import type { BrokerOptions, ThrowAwayBroker } from './options.ts'

export type { BrokerEnd, BrokerOptions, ExtraListener, RunningBroker, ThrowAwayBroker } from './options.ts'
export { MOCK_LIMITS } from './options.ts'
export { parsePort } from './ports.ts'
export { type BrokerRecord, listBrokers, stopBroker } from './state.ts'

const run = promisify(execFile)

/**
 * Starts a throw-away broker on the loopback, ready when this comes back. It ends with this process, however that
 * ends, unless `detached`. Errors: MISSING (no Java, Maven or native client), BROKER (port in use, died or too slow at
 * start), STORAGE (disk too full), UNSUPPORTED (the mock engine lacks an option).
 */
export async function startBroker(options: BrokerOptions): Promise<ThrowAwayBroker> {
  const engine = options.engine === 'auto' ? await chooseEngine(options) : options.engine
  if (engine === 'mock') return (await import('./mock.ts')).startMock(options)
  return (await import('./kafka.ts')).startKafka(options)
}

async function chooseEngine(options: BrokerOptions): Promise<'kafka' | 'mock'> {
  const lacking = await kafkaLacks()
  if (lacking === undefined) return 'kafka'
  if (nativeClient() === undefined) {
    throw new TuneError(
      'MISSING',
      `nothing to run a broker with: ${lacking}, and no native client for a mock`,
      {
        hint: `for a real Kafka ${KAFKA_REMEDY}; for a mock ${MOCK_REMEDY}`,
      },
    )
  }
  options.log?.(`starting librdkafka's mock instead of Apache Kafka: ${lacking}`)
  return 'mock'
}

/** What this machine lacks to run a real Kafka, in words; undefined when nothing. */
export async function kafkaLacks(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  try {
    await findJava(env)
  } catch (error) {
    return messageOf(error)
  }
  if (hasJars(env)) return undefined
  try {
    await run('mvn', ['-v'], { env, timeout: 20_000 })
    return undefined
  } catch {
    return 'no Maven (mvn) to fetch Apache Kafka with'
  }
}
