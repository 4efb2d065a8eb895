/** Asks again who leads the partitions, one question at a time, for as long as one has no leader. */

export interface Refresh {
  /** Asks now, or as soon as a back-off has passed since the last question. */
  soon(): void
  close(): void
}

/**
 * @param ask finds the leaders; false where it has to be asked again
 */
export function createRefresh(backoffMs: number, ask: () => Promise<boolean>): Refresh {
  let timer: NodeJS.Timeout | undefined
  let askedMs = Number.NEGATIVE_INFINITY
  let asking = false
  let wanted = false
  let closed = false

  const run = async () => {
    timer = undefined
    asking = true
    wanted = false
    const found = await ask()
    askedMs = performance.now()
    asking = false
    if (!found || wanted) soon()
  }

  const soon = () => {
    if (asking) wanted = true
    else if (timer === undefined && !closed) {
      timer = setTimeout(run, Math.max(0, askedMs + backoffMs - performance.now()))
    }
  }

  return {
    soon,
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
