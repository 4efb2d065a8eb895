import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A running `tune`, from the sources as they are. */
export interface TuneProcess {
  pid: number
  child: ChildProcess
  /** What it has written so far. */
  stdout(): string
  stderr(): string
  /** Comes back as soon as the output (standard output and error together) matches; fails when it ends before. */
  sees(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>
  /** Exit code, or the name of the signal. */
  ended: Promise<number | string>
}

const SCRIPT = fileURLToPath(new URL('./tune-from-source.mjs', import.meta.url))

/** Starts `tune` with these arguments. */
export function tune(args: readonly string[], env: Record<string, string> = {}): TuneProcess {
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  const sees = async (pattern: RegExp, timeoutMs = 60_000) => {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const match = pattern.exec(`${out}${err}`)
      if (match !== null) return match
      const isOver = child.exitCode !== null || child.signalCode !== null
      if (isOver || Date.now() > deadline) {
        throw new Error(
          `tune ${args.join(' ')} ${isOver ? 'ended' : 'hung'} before ${pattern}:\n${out}${err}`,
        )
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return { pid: child.pid ?? 0, child, stdout: () => out, stderr: () => err, sees, ended }
}
