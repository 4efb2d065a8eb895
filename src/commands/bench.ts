import { Command } from 'commander'
import { command as cdc } from './bench-cdc.ts'
import { command as connector } from './bench-connector.ts'
import { command as consumer } from './bench-consumer.ts'
import { command as e2e } from './bench-e2e.ts'
import { command as http } from './bench-http.ts'
import { command as producer } from './bench-producer.ts'
import type { Io } from './io.ts'

/** `tune bench …`: one subcommand a hot path. */
export function command(io: Io): Command {
  return new Command('bench')
    .description('measure a real hot path')
    .addCommand(producer(io))
    .addCommand(consumer(io))
    .addCommand(e2e(io))
    .addCommand(http(io))
    .addCommand(connector(io))
    .addCommand(cdc(io))
}
