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
