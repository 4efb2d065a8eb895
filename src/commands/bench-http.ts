import { Command } from 'commander'
import { addHttpFlags, type HttpFlags } from './http-flags.ts'
import type { Io } from './io.ts'

/** `tune bench http`: the poll loop of an HTTP source connector, from API call to acknowledged record. */
export function command(io: Io): Command {
  const bench = new Command('http').description(
    'the hot path of an HTTP source connector: poll, page, parse, convert, produce, on one timeline',
  )
  return addHttpFlags(bench).action(async (flags: HttpFlags) => {
    const { runHttp } = await import('./http-run.ts')
    io.exitCode = await runHttp(flags, io)
  })
}
