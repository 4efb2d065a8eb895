/** First Ctrl-C (or SIGTERM): stop, drain, report. Second: quit at once. */
import type { Io } from './io.ts'

const EXIT = { SIGINT: 130, SIGTERM: 143 } as const

export interface Interrupt {
  readonly signal: AbortSignal
  /** 130 or 143 once interrupted, undefined before. */
  exitCode(): number | undefined
  stop(): void
}

/** @param cleanUp what must not be left behind when the second Ctrl-C ends the process; synchronous */
export function onInterrupt(io: Io, what: string, cleanUp: () => void): Interrupt {
  const abort = new AbortController()
  let exitCode: number | undefined
  const listener = (name: keyof typeof EXIT) => {
    if (exitCode !== undefined) {
      cleanUp()
      process.exit(EXIT[name])
    }
    exitCode = EXIT[name]
    io.err(`\n${what}; again to quit at once\n`)
    abort.abort()
  }
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[]
  for (const name of names) process.on(name, listener)
  return {
    signal: abort.signal,
    exitCode: () => exitCode,
    stop() {
      for (const name of names) process.off(name, listener)
    },
  }
}
