/** First Ctrl-C (or SIGTERM): stop, drain, report. Second: quit at once. */
const EXIT = { SIGINT: 130, SIGTERM: 143 } as const

export interface Interrupt {
  readonly signal: AbortSignal
  /** 130 or 143 once interrupted, undefined before. */
  exitCode(): number | undefined
  stop(): void
}

/**
 * @param say told once, with what happens now
 * @param onQuit called before the process ends at once
 * @param words of what happens now
 */
export function onInterrupt(
  say: (text: string) => void,
  onQuit: () => void = () => {},
  words = 'stopping: no more records, waiting for the last answers; again to quit at once',
): Interrupt {
  const abort = new AbortController()
  let exitCode: number | undefined
  const listener = (name: keyof typeof EXIT) => {
    // What was started ends with this process: throw-away brokers have a guardian.
    if (exitCode !== undefined) {
      onQuit()
      process.exit(EXIT[name])
    }
    exitCode = EXIT[name]
    say(words)
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
