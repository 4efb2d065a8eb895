/** One timer for all requests that are under way: a timer each would cost as much as all other book-keeping of one. */
import { createCrowd, type Member } from './crowd.ts'

export interface Watched extends Member {
  /** When it is given up, as things are now. It moves later only. */
  dueMs(): number
  giveUp(): void
}

export interface Deadlines {
  /** What is watched last has to be due last, or when something else is: all have the same settings. */
  watch(one: Watched): void
  forget(one: Watched): void
  close(): void
}

export function createDeadlines(nowMs: () => number): Deadlines {
  const open = createCrowd<Watched>()
  let timer: NodeJS.Timeout | undefined

  const arm = (dueMs: number) => {
    timer = setTimeout(look, Math.max(0, dueMs - nowMs()))
    // It stays behind when all is answered, and must not keep anybody waiting
    timer.unref()
  }
  const look = () => {
    timer = undefined
    const atMs = nowMs()
    let nextMs = Number.POSITIVE_INFINITY
    for (const one of open.members()) {
      const dueMs = one.dueMs()
      if (dueMs <= atMs) {
        open.delete(one)
        one.giveUp()
      } else nextMs = Math.min(nextMs, dueMs)
    }
    if (timer === undefined && nextMs < Number.POSITIVE_INFINITY) arm(nextMs)
  }

  return {
    watch(one) {
      open.add(one)
      if (timer === undefined) arm(one.dueMs())
    },
    forget(one) {
      open.delete(one)
    },
    close() {
      clearTimeout(timer)
      timer = undefined
      for (const one of open.members()) open.delete(one)
    },
  }
}
