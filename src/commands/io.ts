/**
 * What a command may know of the world outside: where to write, what the terminal can do, and the exit code.
 * Tests hand in their own.
 */
export interface Io {
  /** The report. Nothing else goes here. */
  out(text: string): void
  /** Progress, notes and warnings. */
  err(text: string): void
  readonly outIsTerminal: boolean
  readonly errIsTerminal: boolean
  readonly inIsTerminal: boolean
  /** Width of the terminal, 80 where there is none. */
  readonly columns: number
  /** False without a terminal on the stream in question, with NO_COLOR, or with `TERM=dumb`. */
  readonly outHasColor: boolean
  readonly errHasColor: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Asks on the terminal; answers undefined where there is no terminal to ask on. */
  ask(question: string): Promise<string | undefined>
  /** 0 unless a command says otherwise; `cli.ts` hands it to the process. */
  exitCode: number
}

/**
 * A reader that has seen enough (`| head`) is no error of ours. A run that listens to signals has something to take away
 * first: a topic on somebody's cluster.
 */
function stopUnread(): void {
  if (process.listenerCount('SIGTERM') === 0) process.exit(0)
  process.kill(process.pid, 'SIGTERM')
}

/** The real process. `flush` waits until what was written has left: a pipe may be slower than we are. */
export function processIo(): Io & { flush(): Promise<void> } {
  const { stdout, stderr, stdin, env } = process
  let isUnread = false
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      if (!isUnread) stopUnread()
      isUnread = true
    })
  }
  const colorful = (terminal: boolean | undefined) =>
    terminal === true && !env.NO_COLOR && env.TERM !== 'dumb'
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    outIsTerminal: stdout.isTTY === true,
    errIsTerminal: stderr.isTTY === true,
    inIsTerminal: stdin.isTTY === true,
    columns: stdout.columns || stderr.columns || 80,
    outHasColor: colorful(stdout.isTTY),
    errHasColor: colorful(stderr.isTTY),
    env,
    cwd: process.cwd(),
    exitCode: 0,
    async ask(question) {
      if (stdin.isTTY !== true || stderr.isTTY !== true) return undefined
      const { createInterface } = await import('node:readline/promises')
      const lines = createInterface({ input: stdin, output: stderr })
      try {
        return await lines.question(question)
      } finally {
        lines.close()
      }
    },
    async flush() {
      for (const stream of [stdout, stderr]) {
        await new Promise<void>((resolve) => void stream.write('', () => resolve()))
      }
    },
  }
}
