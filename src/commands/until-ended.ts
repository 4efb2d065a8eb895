/** For commands that go on until somebody ends them. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Settles with the first Ctrl-C or SIGTERM, and keeps the process alive until then. */
export function askedToEnd(): { done: Promise<undefined>; forget(): void } {
  const alive = setInterval(() => {}, 2 ** 30)
  let end = () => {}
  const done = new Promise<undefined>((resolve) => {
    end = () => resolve(undefined)
  })
  for (const signal of ENDING_SIGNALS) process.on(signal, end)
  const forget = () => {
    clearInterval(alive)
    for (const signal of ENDING_SIGNALS) process.off(signal, end)
  }
  return { done, forget }
}
