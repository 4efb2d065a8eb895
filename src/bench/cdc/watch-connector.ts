/** Looks after a connector while its events are measured: one that is deleted or has failed sends no more. */
import { type Connect, whyDead } from '../../connect/rest.ts'

const LOOK_MS = 1000

export interface ConnectorWatch {
  /** Aborted, with the reason in words. */
  readonly dead: AbortSignal
  stop(): void
}

export function watchConnector(connect: Pick<Connect, 'status'>, name: string): ConnectorWatch {
  const dead = new AbortController()
  let isLooking = false
  const look = async () => {
    if (isLooking) return
    isLooking = true
    try {
      const why = whyDead(name, await connect.status(name))
      if (why !== undefined) dead.abort(why)
    } catch {
      // A worker that does not answer may come back, and its connectors with it
    } finally {
      isLooking = false
    }
  }
  const timer = setInterval(() => void look(), LOOK_MS)
  return { dead: dead.signal, stop: () => clearInterval(timer) }
}
