import { Command } from 'commander'
import type { Seen } from '../doctor/index.ts'
import type { Io } from './io.ts'

const CANNOT_RUN = 2

interface Flags {
  fix?: boolean
  json?: boolean
}

/** `tune doctor`: what this machine can run, and the command that mends each gap. */
export function command(io: Io): Command {
  return new Command('doctor')
    .description('what this machine can run, and how to mend what is missing')
    .option('--fix', 'run the remedies that are safe: get or build the native client, fetch Apache Kafka')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', '\nExit codes: 0 benches can run · 2 nothing can')
    .action((flags: Flags) => doctor(io, flags))
}

async function doctor(io: Io, flags: Flags): Promise<void> {
  const { canBench, examine, mend, thisMachine } = await import('../doctor/index.ts')
  const found = await examine(thisMachine({ ...io.env }))
  const seen = flags.fix ? await mend(found, (line) => io.err(`${line}\n`)) : found
  const able = canBench(seen)
  io.out(flags.json ? json(seen, able) : text(seen, able))
  if (!able) io.exitCode = CANNOT_RUN
}

function json(seen: readonly Seen[], able: boolean): string {
  const checks = seen.map(({ id, title, level, text: said, remedy }) => ({
    id,
    title,
    level,
    text: said,
    remedy: remedy ?? null,
  }))
  return `${JSON.stringify({ schema: 'tune.doctor/1', canBench: able, checks }, null, 2)}\n`
}

function text(seen: readonly Seen[], able: boolean): string {
  const width = Math.max(...seen.map(({ title }) => title.length))
  const lines = seen.flatMap(({ level, title, text: said, remedy }) => {
    const line = `${level.padEnd(7)} ${title.padEnd(width)}  ${said}`
    return remedy === undefined ? [line] : [line, `${' '.repeat(8 + width)}  mend: ${remedy}`]
  })
  const engines = seen.filter(({ id, level }) => level === 'ok' && (id === 'java' || id === 'kafka')).length
  const native = seen.some(({ id, level }) => id === 'driver-confluent' && level === 'ok')
  const broker =
    engines === 2 ? 'real Apache Kafka' : native ? "librdkafka's mock" : 'none, give --bootstrap-server'
  const end = able ? `benches can run; throw-away broker: ${broker}` : 'no bench can run on this machine'
  return `${lines.join('\n')}\n\n${end}\n`
}
