/** So many sessions of a database, made again when they are lost. */

import { messageOf, TuneError } from '../../errors.ts'
import type { Session } from '../../postgres/session.ts'

export interface Pool {
  /** A session that nobody has; undefined while all are busy or lost. */
  take(): Session | undefined
  /** A lost one is made again first. */
  give(session: Session): void
  /** Called when one was given back or made again. */
  onFree(listener: () => void): void
  /** How many were lost and made again. */
  reconnects(): number
  /** Aborted, with the reason, when none could be made for long. */
  readonly gone: AbortSignal
  close(): Promise<void>
}

export interface PoolOptions {
  readonly size: number
  readonly open: () => Promise<Session>
  readonly nowMs: () => number
  /** Between two tries. */
  readonly pause: (ms: number) => Promise<void>
  readonly shown: string
}

const AGAIN_MS = 250
/** A restart takes less. */
const GONE_MS = 10_000

/** @throws TuneError when the first cannot be made */
export async function openPool({ size, open, nowMs, pause, shown }: PoolOptions): Promise<Pool> {
  const free: Session[] = []
  const all = new Set<Session>()
  const gone = new AbortController()
  let reconnects = 0
  let isClosed = false
  let listener = () => {}

  const add = (session: Session) => {
    all.add(session)
    free.push(session)
  }

  async function remake(): Promise<void> {
    const sinceMs = nowMs()
    while (!isClosed) {
      try {
        const session = await open()
        if (isClosed) return session.close()
        reconnects++
        add(session)
        listener()
        return
      } catch (error) {
        if (nowMs() - sinceMs >= GONE_MS && all.size === 0 && !gone.signal.aborted) {
          gone.abort(
            new TuneError(
              'UNREACHABLE',
              `${shown} has not answered for ${GONE_MS / 1000} s: ${messageOf(error)}`,
            ),
          )
        }
        await pause(AGAIN_MS)
      }
    }
  }

  function lose(session: Session): void {
    if (!all.delete(session)) return
    const at = free.indexOf(session)
    if (at >= 0) free.splice(at, 1)
    void session.close()
    void remake()
  }

  const watch = (session: Session) => {
    session.lost.addEventListener('abort', () => {
      // One that is in use is given back by who has it
      if (free.includes(session)) lose(session)
    })
    return session
  }
  const openWatched = open
  open = async () => watch(await openWatched())

  try {
    for (let n = 0; n < size; n++) add(await open())
  } catch (error) {
    await Promise.all([...all].map((session) => session.close()))
    throw error
  }

  return {
    take: () => free.pop(),
    give(session) {
      if (session.lost.aborted) lose(session)
      else {
        free.push(session)
        listener()
      }
    },
    onFree(told) {
      listener = told
    },
    reconnects: () => reconnects,
    gone: gone.signal,
    async close() {
      isClosed = true
      await Promise.all([...all].map((session) => session.close()))
    },
  }
}
