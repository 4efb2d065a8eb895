import { Command } from 'commander'
import { addConsumerFlags, type ConsumerFlags } from './consumer-flags.ts'
import type { Io } from './io.ts'

/** `tune bench consumer`: flags -> plan -> bench -> report. */
export function command(io: Io): Command {
  const bench = new Command('consumer').description(
    'records/s of consuming, on a real client; flags of kafka-consumer-perf-test work as they are',
  )
  return addConsumerFlags(bench).action(async (flags: ConsumerFlags) => {
    const { runConsumer } = await import('./consumer-run.ts')
    io.exitCode = await runConsumer(flags, io)
  })
}
