import { Command } from 'commander'
import { addConnectorFlags, type ConnectorFlags } from './connector-flags.ts'
import type { Io } from './io.ts'

/** `tune bench connector`: flags -> sources -> watch -> report. */
export function command(io: Io): Command {
  const bench = new Command('connector').description(
    'load test of a running connector: throughput, latency, errors and task failures from wherever they can be had',
  )
  return addConnectorFlags(bench).action(async (flags: ConnectorFlags) => {
    const { runConnector } = await import('./connector-run.ts')
    io.exitCode = await runConnector(flags, io)
  })
}
