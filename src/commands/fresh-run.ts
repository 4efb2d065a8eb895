/** One run of a bench in a process of its own: nothing of an earlier run is warm in it. */
import { spawn } from 'node:child_process'
import type { ClientResult, Result } from '../core/result.ts'
import { TuneError } from '../errors.ts'
import { parseRuns } from '../report/parse-result.ts'

export interface FreshRun {
  /** What to start, e.g. `node …/bin/tune.js`. */
  readonly program: readonly string[]
  /** `bench producer …` */
  readonly command: readonly string[]
  readonly cwd: string
  readonly signal: AbortSignal
  /** Whether what aborted it was typed: a terminal's Ctrl-C reaches the run as well. */
  readonly isTyped: () => boolean
  /** Lines of its standard error. */
  readonly onLine: (line: string) => void
}

/** This very program, built or from source. */
export function thisProgram(): readonly string[] {
  return [process.execPath, ...process.execArgv, process.argv[1] ?? '']
}

/** Another version of it. @param path of its bin/tune.js */
export function otherProgram(path: string): readonly string[] {
  return [process.execPath, path]
}

/** Exit codes with which there is a result: good, a gate failed, not to be trusted, interrupted. */
const WITH_RESULT: ReadonlySet<number | null> = new Set([0, 1, 3, 130, 143])
const LAST_LINES = 4

/** @throws TuneError RUN with what it said, when it could not run */
export async function freshRun({
  program,
  command,
  cwd,
  signal,
  isTyped,
  onLine,
}: FreshRun): Promise<ClientResult> {
  const [file = '', ...first] = program
  const child = spawn(file, [...first, ...command, '--report', 'json'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // A second signal would make it quit without its report
  const end = () => {
    if (!isTyped()) child.kill('SIGTERM')
  }
  signal.addEventListener('abort', end, { once: true })
  let out = ''
  let rest = ''
  const said: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      said.push(line)
      onLine(line)
    }
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).finally(() => signal.removeEventListener('abort', end))
  if (WITH_RESULT.has(code) && out !== '') {
    const found = parseRuns(out, `the answer of ${command.join(' ')}`)
    if (found.schema === 'tune.result/1') return ofClient(found)
    throw new TuneError('USAGE', '--repeat makes several runs of what is one here', {
      hint: 'leave it out of the command after --',
    })
  }
  const why = said.findLast((line) => line.startsWith('error: '))?.slice('error: '.length)
  const hint = said.findLast((line) => line.startsWith('hint: '))?.slice('hint: '.length)
  throw new TuneError('RUN', why ?? `${command.join(' ')} ended with ${code ?? 'a signal'}`, {
    hint: hint ?? (said.slice(-LAST_LINES).join('\n') || 'run it by itself to see more'),
  })
}

/** @throws TuneError USAGE for a watch of what runs elsewhere */
export function ofClient(run: Result): ClientResult {
  if (run.kind !== 'connector') return run
  throw new TuneError(
    'USAGE',
    'a watch of a connector is no run to compare: what it saw depends on who else was there',
    {
      hint: 'compare runs that tune makes itself: bench producer, consumer, e2e, http or cdc',
    },
  )
}
