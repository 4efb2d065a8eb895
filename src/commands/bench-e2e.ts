import { Command } from 'commander'
import type { FlagGroups } from './bench-flags.ts'
import type { E2eFlags } from './e2e-run.ts'
import type { Io } from './io.ts'
import { addProducerFlags } from './producer-flags.ts'

const GROUPS: FlagGroups = {
  'At the other end:': [
    ['--input-topic <name>', 'as --topic: where records go in'],
    ['--output-topic <name>', 'where they come out, behind a pipeline (default: the topic itself)'],
    [
      '--correlate <how>',
      'header:NAME or json:PATH that the pipeline carries through (header:tune; wire: by place)',
    ],
    ['--consumers <n>', 'that share the partitions (1)'],
    ['--consumer-props <key=value...>', 'Kafka consumer properties under their Java names'],
  ],
}

/** `tune bench e2e`: the load of a producer bench, measured from due to received. */
export function command(io: Io): Command {
  const bench = new Command('e2e').description(
    'latency from due to received: produced, acknowledged and read back, or through a pipeline',
  )
  return addProducerFlags(bench, GROUPS).action(async (flags: E2eFlags) => {
    const { runE2e } = await import('./e2e-run.ts')
    io.exitCode = await runE2e(flags, io)
  })
}
