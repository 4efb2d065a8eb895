/** The runs of a comparison: fresh processes, on one broker of their own where none was named. */
import type { ThrowAwayBroker } from '../broker/index.ts'
import type { ClientResult } from '../core/result.ts'
import { TuneError } from '../errors.ts'
import { freshRun } from './fresh-run.ts'
import { onInterrupt } from './interrupt.ts'
import type { Io } from './io.ts'

/** One side: which version of `tune`, and with which flags. */
export interface RunSide {
  readonly program: readonly string[]
  readonly command: readonly string[]
}

export interface Runs {
  run(side: RunSide): Promise<ClientResult>
  readonly signal: AbortSignal
  /** 130 or 143 once interrupted. */
  exitCode(): number | undefined
}

export interface RunsOptions {
  /** Everything that a run says of itself. */
  readonly verbose: boolean
}

/** Makes runs possible, and takes down afterwards what that needed. */
export async function withRuns<T>(
  sides: readonly RunSide[],
  { verbose }: RunsOptions,
  io: Io,
  work: (runs: Runs) => Promise<T>,
): Promise<T> {
  const say = (line: string) => io.err(`${line}\n`)
  const interrupt = onInterrupt(() => say('stopping: the run that is under way ends, then the report'))
  let broker: ThrowAwayBroker | undefined
  let died: string | undefined
  try {
    const own = sides.every(({ command }) => needsBroker(command)) ? brokerOf(sides) : undefined
    if (own !== undefined) {
      const { startBroker } = await import('../broker/index.ts')
      say('no --bootstrap-server: starting one throw-away broker for all runs')
      broker = await startBroker({ ...own, measured: true, partitions: 12, log: say })
      void broker.ended.then(({ how, reason }) => {
        if (how === 'exit') died = reason
      })
    }
    const place = broker?.bootstrapServers
    return await work({
      signal: interrupt.signal,
      exitCode: interrupt.exitCode,
      run: async ({ program, command }) => {
        const result = await freshRun({
          program,
          command: place === undefined ? command : [...withoutEngine(command), '--bootstrap-server', place],
          cwd: io.cwd,
          signal: interrupt.signal,
          isTyped: () => interrupt.exitCode() === 130,
          onLine: verbose ? (line) => say(`  ${line}`) : () => {},
        }).catch((error: unknown) => {
          // What a run says of it is that nothing listens there
          throw died === undefined ? error : brokerDied(died, error)
        })
        return broker === undefined ? result : ranOn(broker, result)
      },
    })
  } finally {
    interrupt.stop()
    await broker?.stop()
  }
}

function brokerDied(reason: string, cause: unknown): TuneError {
  return new TuneError('BROKER', `the throw-away broker of all runs is gone: ${reason}`, {
    hint: 'the runs until then are under .tune/results; start the comparison again',
    cause,
  })
}

/** A run takes the broker that it is told of for one of somebody; what it is decides what the run may be compared with. */
function ranOn({ engine, version }: ThrowAwayBroker, result: ClientResult): ClientResult {
  Object.assign(result.environment.broker, { throwAway: true, engine, version })
  return result
}

/** Names of flags with which a run has a broker, or needs none. */
const PLACES = ['--bootstrap-server', '--command-config', '--producer.config', '--consumer.config'] as const
const ENGINES = ['auto', 'kafka', 'mock'] as const

function needsBroker(command: readonly string[]): boolean {
  return (
    !PLACES.some((flag) => flagValue(command, flag) !== undefined) && flagValue(command, '--sink') !== 'none'
  )
}

/** Both sides share it, so both ask for the same, or it is no comparison. */
function brokerOf(sides: readonly RunSide[]): { engine: (typeof ENGINES)[number]; brokers: 1 | 3 } {
  const asked = sides.map(({ command }) => {
    const driver = flagValue(command, '--driver')
    const engine = flagValue(command, '--engine') ?? (driver === 'wire' ? 'kafka' : 'auto')
    return { engine, brokers: flagValue(command, '--brokers') ?? '1' }
  })
  const engines = new Set(asked.map(({ engine }) => engine).filter((engine) => engine !== 'auto'))
  if (engines.size > 1 || new Set(asked.map(({ brokers }) => brokers)).size > 1) {
    throw new TuneError('USAGE', 'the two sides ask for different throw-away brokers', {
      hint: 'start two with tune broker start, and name them with --bootstrap-server in --a and --b',
    })
  }
  const engine = ENGINES.find((name) => engines.has(name)) ?? 'auto'
  return { engine, brokers: asked[0]?.brokers === '3' ? 3 : 1 }
}

function withoutEngine(command: readonly string[]): string[] {
  return command.filter(
    (word, at) =>
      !/^--(engine|brokers)(=|$)/.test(word) && !/^--(engine|brokers)$/.test(command[at - 1] ?? ''),
  )
}

function flagValue(command: readonly string[], flag: string): string | undefined {
  const joined = command.find((word) => word.startsWith(`${flag}=`))
  if (joined !== undefined) return joined.slice(flag.length + 1)
  const at = command.indexOf(flag)
  return at < 0 ? undefined : command[at + 1]
}
