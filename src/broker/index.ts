import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { messageOf, TuneError } from '../errors.ts'
import { hasJars, KAFKA_REMEDY } from './jars.ts'
import { findJava } from './java.ts'
import { MOCK_REMEDY, nativeClient } from './mock.ts'
import type { BrokerOptions, ThrowAwayBroker } from './options.ts'

export {
  leftTopics,
  type MadeTopic,
  noteTopic,
  ownTopics,
  sameCluster,
  strikeTopic,
  topicFile,
} from './made-topics.ts'
export type { BrokerEnd, BrokerOptions, ExtraListener, RunningBroker, ThrowAwayBroker } from './options.ts'
export { MOCK_LIMITS } from './options.ts'
export { parsePort } from './ports.ts'
export { type BrokerRecord, listBrokers, stopBroker } from './state.ts'

const run = promisify(execFile)

/**
 * Starts a throw-away broker on the loopback, ready when this comes back. It ends with this process, however that
 * ends, unless `detached`. Errors: MISSING (no Java, Maven or native client), BROKER (port in use, died or too slow at
 * start), STORAGE (disk too full, cache not writable), UNSUPPORTED (the mock engine lacks an option).
 */
export async function startBroker(options: BrokerOptions): Promise<ThrowAwayBroker> {
  const kafka = async () => (await import('./kafka.ts')).startKafka(options)
  const mock = async () => (await import('./mock.ts')).startMock(options)
  try {
    if (options.engine === 'kafka') return await kafka()
    if (options.engine === 'mock') return await mock()
    return await firstPossible(kafka, nativeClient() === undefined ? undefined : mock, options.log)
  } catch (error) {
    throw storageError(error) ?? error
  }
}

/** Kafka where it can be had; else the mock where there is one; else an error that names both remedies. */
export async function firstPossible<T>(
  kafka: () => Promise<T>,
  mock: (() => Promise<T>) | undefined,
  log: (line: string) => void = () => {},
): Promise<T> {
  try {
    return await kafka()
  } catch (error) {
    if (!(error instanceof TuneError && error.code === 'MISSING')) throw error
    if (mock === undefined) {
      throw new TuneError(
        'MISSING',
        `nothing to run a broker with: ${error.message}; nor a native client to play one`,
        {
          hint: `for a real Kafka ${KAFKA_REMEDY}; for a mock ${MOCK_REMEDY}`,
          cause: error,
        },
      )
    }
    log(`starting librdkafka's mock instead of Apache Kafka: ${error.message}`)
    return mock()
  }
}

/** The system's word for a folder that cannot be written, as an error for people; undefined for anything else. */
function storageError(error: unknown): TuneError | undefined {
  if (!(error instanceof Error && 'code' in error && 'path' in error)) return undefined
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR'].includes(String(error.code))) return undefined
  return new TuneError('STORAGE', `cannot write ${error.path} (${error.code})`, {
    hint: 'set TUNE_CACHE (jars and state) or TMPDIR (data) to a folder that can be written',
    cause: error,
  })
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
