import { startBroker, type ThrowAwayBroker } from '../../src/broker/index.ts'
import { messageOf, TuneError } from '../../src/errors.ts'

/** What e2e tests get to know of the broker that all of them share; see broker.ts. */
export interface SharedBroker {
  bootstrapServers: string
  /** Host and port of the only broker. */
  host: string
  port: number
  /** Of the JVM. A test that sends it SIGSTOP starts a broker of its own instead. */
  pid: number
  version: string
}

declare module 'vitest' {
  interface ProvidedContext {
    sharedBroker: SharedBroker | null
  }
}

interface Project {
  provide(key: 'sharedBroker', value: SharedBroker | null): void
}

let broker: ThrowAwayBroker | undefined

/** Starts one small broker for the whole run. Without a JDK the tests that need it are skipped, loudly; in CI it fails. */
export async function setup(project: Project): Promise<void> {
  try {
    broker = await startBroker({
      engine: 'kafka',
      brokers: 1,
      log: (line) => console.error(`broker: ${line}`),
    })
  } catch (error) {
    if (!(error instanceof TuneError && error.code === 'MISSING') || process.env.CI === 'true') throw error
    console.error(`\nSKIPPED: every test on a real broker. ${messageOf(error)}\nhint: ${error.hint}\n`)
    project.provide('sharedBroker', null)
    return
  }
  const { bootstrapServers, version } = broker
  const { port = 0, pid = 0 } = broker.brokers[0] ?? {}
  project.provide('sharedBroker', { bootstrapServers, host: '127.0.0.1', port, pid, version })
}

export async function teardown(): Promise<void> {
  await broker?.stop()
}
