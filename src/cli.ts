/** The program. The only place that catches, and the only one that ends the process. */
import { Command, CommanderError } from 'commander'
import { COMMANDS, type CommandEntry } from './commands/index.ts'
import { type Io, processIo } from './commands/io.ts'
import { messageOf, TuneError } from './errors.ts'
import { version } from './version.ts'

const USAGE_EXIT = 2

/** `tune` with every command by name; only the one that is called is loaded. */
async function createProgram(io: Io, argv: readonly string[]): Promise<Command> {
  const program = new Command('tune')
    .description('Performance tuning and capacity planning for Kafka pipelines')
    .version(version(), '-V, --version')
    .showSuggestionAfterError()
    .helpCommand(false)
  program.addHelpText(
    'after',
    `
Start here:
  $ tune bench producer              a throw-away broker, 5,000 records/s for 10 s, a report
  $ tune bench producer --help       every flag; those of kafka-producer-perf-test work as they are
  $ tune doctor                      what this machine can run, and how to mend what is missing

Exit codes: 0 good · 1 a gate failed · 2 could not run · 3 the answer is not to be trusted · 130 interrupted`,
  )
  const at = argv.findIndex((word) => !word.startsWith('-'))
  const entries: [string, CommandEntry][] = Object.entries(COMMANDS)
  for (const [name, entry] of entries) {
    if (name === argv[at]) program.addCommand((await entry.load(argv.slice(at + 1))).command(io))
    else program.command(name).description(entry.about)
  }
  configure(program, io, 'tune')
  return program
}

/** Commander may neither exit nor write by itself. */
function configure(command: Command, io: Io, path: string): void {
  command.exitOverride()
  command.showHelpAfterError(`(see ${path} --help)`)
  command.configureOutput({
    writeOut: (text) => io.out(text),
    writeErr: (text) => io.err(text),
    getOutHelpWidth: () => io.columns,
    getErrHelpWidth: () => io.columns,
    getOutHasColors: () => io.outHasColor,
    getErrHasColors: () => io.errHasColor,
  })
  for (const child of command.commands) configure(child, io, `${path} ${child.name()}`)
}

/** Runs one command line. Never throws; the answer is the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const program = await createProgram(io, argv)
    if (argv.length === 0) {
      program.outputHelp()
      return 0
    }
    await program.parseAsync(argv, { from: 'user' })
    return io.exitCode
  } catch (error) {
    return report(error, argv, io)
  }
}

function report(error: unknown, argv: readonly string[], io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT
  if (error instanceof TuneError) {
    io.err(`error: ${error.message}\n`)
    if (error.hint !== undefined) io.err(`hint: ${error.hint}\n`)
    if (argv.includes('--debug') && error.cause !== undefined) io.err(`cause: ${messageOf(error.cause)}\n`)
    // What was interrupted has the code of its signal
    return error.code === 'ABORTED' && io.exitCode !== 0 ? io.exitCode : error.exitCode
  }
  const stack = error instanceof Error ? error.stack : String(error)
  io.err(
    `error: this is a defect in tune ${version()}\n${stack}\nhint: please report it with the command line above\n`,
  )
  return USAGE_EXIT
}

/** The entry of `bin/tune.js`. */
export async function main(): Promise<void> {
  const io = processIo()
  process.exitCode = await run(process.argv.slice(2), io)
  await io.flush()
  // A client may hold a socket or a timer; the report is out, so nothing is worth waiting for.
  process.exit()
}
