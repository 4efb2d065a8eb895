import { Command, Option } from 'commander'
import { TuneError } from '../errors.ts'
import { parseCount } from '../units.ts'
import type { Io } from './io.ts'
import { askedToEnd } from './until-ended.ts'

/** With three replicas each has 2 MiB then, the least that Kafka's segments allow. */
const MAX_PARTITIONS = 500

interface StartFlags {
  engine: 'auto' | 'kafka' | 'mock'
  brokers: '1' | '3'
  port?: string
  partitions?: string
  detach?: boolean
}

/** `tune broker`: start, stop and list throw-away brokers. */
export function command(io: Io): Command {
  const broker = new Command('broker').description('start, stop and list throw-away brokers on this machine')
  broker
    .command('start')
    .description('start a broker; its address is printed on standard output, Ctrl-C ends it')
    .addOption(
      new Option(
        '--engine <name>',
        'kafka: real Apache Kafka; mock: from librdkafka; auto: kafka where possible',
      )
        .choices(['auto', 'kafka', 'mock'])
        .default('auto'),
    )
    .addOption(
      new Option('--brokers <n>', '3 brokers: replication 3, min ISR 2').choices(['1', '3']).default('1'),
    )
    .option('--port <n>', 'port of the first broker (default: free ports)')
    .option(
      '--partitions <n>',
      'how many partitions you are going to write to: all their data and replicas together stay below 4 GiB, however long you write; with more than these, it can be more (12)',
    )
    .option('--detach', 'give the terminal back; the broker lives until tune broker stop')
    .action((flags: StartFlags) => start(io, flags))
  broker
    .command('stop')
    .description('stop a broker and remove its data')
    .argument('[id]', 'as in tune broker status; may be left out when one broker runs')
    .option(
      '--all',
      'stop every broker that tune started, those of running benches included, and remove topics of killed runs',
    )
    .action((id: string | undefined, flags: { all?: boolean }) => stop(io, id, flags.all ?? false))
  broker
    .command('status')
    .description('list the brokers that run, and topics that killed runs left elsewhere')
    .option('--json', 'one JSON array on standard output')
    .action((flags: { json?: boolean }) => status(io, flags.json ?? false))
  return broker
}

async function start(io: Io, flags: StartFlags): Promise<void> {
  const { startBroker, parsePort } = await import('../broker/index.ts')
  const port = flags.port === undefined ? {} : { port: parsePort(flags.port) }
  const partitions =
    flags.partitions === undefined
      ? {}
      : { partitions: parseCount(flags.partitions, '--partitions', { min: 1, max: MAX_PARTITIONS }) }
  const broker = await startBroker({
    engine: flags.engine,
    brokers: flags.brokers === '3' ? 3 : 1,
    measured: true,
    detached: flags.detach ?? false,
    log: (line) => io.err(`${line}\n`),
    ...port,
    ...partitions,
  })
  const name =
    broker.engine === 'kafka' ? `Apache Kafka ${broker.version}` : `librdkafka mock ${broker.version}`
  io.out(`${broker.bootstrapServers}\n`)
  for (const limit of broker.limits) io.err(`${limit}\n`)
  if (flags.detach) {
    io.err(`${name} runs as ${broker.id}; stop it with: tune broker stop ${broker.id}\n`)
    return
  }
  io.err(`${name} runs as ${broker.id}; Ctrl-C stops it and removes its data\n`)
  const asked = askedToEnd()
  const end = await Promise.race([broker.ended, asked.done])
  asked.forget()
  await broker.stop()
  if (end !== undefined && end.how === 'exit') throw new TuneError('BROKER', end.reason)
  io.err(`${broker.id} is stopped, its data is removed\n`)
}

async function stop(io: Io, id: string | undefined, all: boolean): Promise<void> {
  const { listBrokers, stopBroker } = await import('../broker/index.ts')
  if (id !== undefined && all) {
    throw new TuneError('USAGE', 'an id and --all exclude each other', { hint: 'name one broker, or all' })
  }
  let which = all ? 'all' : id
  if (which === undefined) {
    const running = await listBrokers()
    if (running.length > 1) {
      throw new TuneError('USAGE', `${running.length} brokers run, which one is to stop?`, {
        hint: `tune broker stop <id>, one of ${running.map((broker) => broker.id).join(', ')}; or --all`,
      })
    }
    which = running[0]?.id ?? 'all'
  }
  const stopped = await stopBroker(which)
  if (stopped.length === 0) io.err('no broker is running\n')
  for (const broker of stopped) io.out(`${broker.id}\n`)
  if (!all) return
  const { removeReachable } = await import('./left-topics.ts')
  await removeReachable((text) => io.err(`${text}\n`))
}

async function status(io: Io, json: boolean): Promise<void> {
  const { leftTopics, listBrokers } = await import('../broker/index.ts')
  const running = await listBrokers()
  const left = leftTopics()
  if (json) {
    // Each tells by its schema what it is
    io.out(`${JSON.stringify([...running, ...left], null, 2)}\n`)
    return
  }
  if (running.length === 0) io.err('no broker is running\n')
  for (const { id, engine, version, bootstrapServers, startedAt, parentPid, ready } of running) {
    const held = parentPid === null ? 'detached' : `ends with process ${parentPid}`
    io.out(
      `${id}  ${engine} ${version}  ${ready ? bootstrapServers : 'starting'}  since ${startedAt}  ${held}\n`,
    )
  }
  if (left.length === 0) return
  const { describeLeft } = await import('./left-topics.ts')
  for (const made of left) io.out(`${describeLeft(made)}\n`)
}
