/** The broker that a bench starts for itself where none was named. */
import type { BrokerPlan } from '../bench/plan.ts'
import { startBroker, type ThrowAwayBroker } from '../broker/index.ts'
import type { Connection, Driver } from '../drivers/driver.ts'
import { TuneError } from '../errors.ts'
import type { BenchFlags } from './bench-flags.ts'
import type { Io } from './io.ts'
import { isThisMachine } from './local.ts'

export type Engine = 'auto' | 'kafka' | 'mock'

/** Which throw-away broker, where one is wanted. @throws TuneError USAGE, UNSUPPORTED */
export function engineFor(driver: Driver, flags: BenchFlags, isGiven: boolean): Engine {
  if (isGiven && (flags.engine !== undefined || flags.brokers !== undefined)) {
    throw new TuneError('USAGE', '--engine and --brokers are for a throw-away broker', {
      hint: 'leave them out, or leave out --bootstrap-server',
    })
  }
  if (driver.name !== 'wire')
    return flags.engine === 'mock' || flags.engine === 'kafka' ? flags.engine : 'auto'
  if (flags.engine === 'mock') {
    throw new TuneError('UNSUPPORTED', "wire cannot talk to librdkafka's mock", {
      hint: 'use --engine kafka, or another --driver',
    })
  }
  return 'kafka'
}

export async function startOwnBroker(
  { engine, brokers, partitions }: { engine: Engine; brokers: 1 | 3; partitions: number },
  io: Io,
): Promise<ThrowAwayBroker> {
  io.err('no --bootstrap-server: starting a throw-away broker, removed afterwards\n')
  return startBroker({ engine, brokers, measured: true, partitions, log: (line) => io.err(`${line}\n`) })
}

/** Aborts, with the reason, when a broker of ours dies by itself: waiting for its answers would be in vain. */
export function watchBroker(broker: ThrowAwayBroker | undefined, note: (text: string) => void): AbortSignal {
  const died = new AbortController()
  void broker?.ended.then(({ how, reason }) => {
    if (how !== 'exit') return
    note(`${reason}; no more records are sent`)
    died.abort(reason)
  })
  return died.signal
}

/** @throws TuneError ABORTED; after the report, which tells of the time until then */
export function refuseEarly(reason: string | undefined): void {
  if (reason === undefined) return
  throw new TuneError('ABORTED', `the run ended early: ${reason}`, {
    hint: 'the report above tells of the time until then',
  })
}

export function brokerPlan(broker: ThrowAwayBroker | undefined, connection: Connection): BrokerPlan {
  return broker === undefined
    ? { throwAway: false, engine: 'unknown', onThisMachine: isThisMachine(connection.bootstrapServers) }
    : { throwAway: true, engine: broker.engine, version: broker.version, onThisMachine: true }
}
