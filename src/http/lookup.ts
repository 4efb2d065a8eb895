/** Names looked up once in a while instead of once a connection. */
import { type LookupAddress, lookup as nodeLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'

type Ask = (
  hostname: string,
  options: { all: true },
  done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void

export interface CachedLookup {
  readonly lookup: LookupFunction
  /** How often the resolver was asked. */
  asked(): number
}

/** @param ttlMs 0: asked for each connection */
export function createLookup(ttlMs: number, nowMs: () => number, ask: Ask = nodeLookup): CachedLookup {
  const known = new Map<string, { found: LookupAddress[]; untilMs: number }>()
  let asked = 0
  return {
    asked: () => asked,
    lookup(hostname, options, done) {
      const answer = (found: LookupAddress[]) => {
        const family = options.family === 4 || options.family === 6 ? options.family : undefined
        const fitting = family === undefined ? found : found.filter((one) => one.family === family)
        const [first] = fitting
        if (options.all === true) done(null, fitting)
        else if (first !== undefined) done(null, first.address, first.family)
        else done(Object.assign(new Error(`no address of ${hostname}`), { code: 'ENOTFOUND' }), '', 0)
      }
      const entry = known.get(hostname)
      if (entry !== undefined && nowMs() < entry.untilMs) return answer(entry.found)
      asked++
      ask(hostname, { all: true }, (error, found) => {
        if (error !== null) return done(error, '', 0)
        known.set(hostname, { found, untilMs: nowMs() + ttlMs })
        answer(found)
      })
    },
  }
}
