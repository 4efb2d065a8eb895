import { Command } from 'commander'
import type { Io } from './io.ts'
import { addProducerFlags, type ProducerFlags } from './producer-flags.ts'

/** `tune bench producer`: flags -> plan -> bench -> report. */
export function command(io: Io): Command {
  const bench = new Command('producer').description(
    'records/s and latency of producing, on a real client; flags of kafka-producer-perf-test work as they are',
  )
  return addProducerFlags(bench).action(async (flags: ProducerFlags) => {
    const { runProducer } = await import('./producer-run.ts')
    io.exitCode = await runProducer(flags, io)
  })
}
