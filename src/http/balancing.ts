/**
 * Which of several endpoints is asked next: in turn, and one that failed only after a check has passed.
 * Where all are out, all take their turns: asking is better than standing still.
 */
import { type RequestErrorCode, UNANSWERED } from './request-error.ts'
import type { BalancingSettings } from './setup.ts'

export interface EndpointCounts {
  readonly endpoint: string
  readonly isUp: boolean
  readonly requests: number
  readonly failures: number
  readonly checks: number
  /** How often it was left out. */
  readonly outages: number
}

/** @returns whether an endpoint answers its check */
export type CheckEndpoint = (endpoint: string, path: string) => Promise<boolean>

interface Endpoint {
  readonly origin: string
  isUp: boolean
  requests: number
  failures: number
  checks: number
  outages: number
}

/** The endpoint's fault, and not the request's: connections, deadlines, 5xx. A 404 would be one everywhere. */
export function isEndpointFailure(code: RequestErrorCode): boolean {
  return /^HTTP_5\d\d$/.test(code) || OUTAGES.has(code)
}

const OUTAGES: ReadonlySet<string> = new Set<RequestErrorCode>([...UNANSWERED, 'TLS'])

export type Endpoints = ReturnType<typeof createEndpoints>

/** @param targets whose requests are shared out */
export function createEndpoints(
  { endpoints, healthCheck }: BalancingSettings,
  targets: readonly { readonly url: string }[],
) {
  const all = endpoints.map((endpoint): Endpoint => {
    const { origin } = new URL(endpoint)
    return { origin, isUp: true, requests: 0, failures: 0, checks: 0, outages: 0 }
  })
  const byOrigin = new Map(all.map((one) => [one.origin, one]))
  const shared = new Set([...byOrigin.keys(), ...targets.map(({ url }) => new URL(url).origin)])
  let turn = 0

  return {
    healthCheck,

    hosts: all.map(({ origin }) => new URL(origin).hostname),

    /** Whose turn it is. @param origin of the request; where a cursor leads elsewhere, it stays */
    next(origin: string): string {
      if (!shared.has(origin)) return origin
      const isAnyUp = all.some(({ isUp }) => isUp)
      for (let tried = 0; tried < all.length; tried++) {
        const one = all[turn++ % all.length]
        if (one === undefined || (isAnyUp && !one.isUp)) continue
        one.requests++
        return one.origin
      }
      return origin
    },

    failed(origin: string, code: RequestErrorCode): void {
      const one = byOrigin.get(origin)
      if (one === undefined || !isEndpointFailure(code)) return
      one.failures++
      // Without checks nothing would bring it back
      if (healthCheck === undefined || !one.isUp) return
      one.isUp = false
      one.outages++
    },

    /** Of those that are up too: one that is asked seldom is found out here. Comes back when all have answered. */
    async checkAll(check: CheckEndpoint): Promise<void> {
      if (healthCheck === undefined) return
      await Promise.all(
        all.map(async (one) => {
          one.checks++
          const isUp = await check(one.origin, healthCheck.path)
          if (one.isUp && !isUp) one.outages++
          one.isUp = isUp
        }),
      )
    },

    counts: (): readonly EndpointCounts[] =>
      all.map(({ origin, ...counts }) => ({ endpoint: origin, ...counts })),

    reset(): void {
      for (const one of all) Object.assign(one, { requests: 0, failures: 0, checks: 0, outages: 0 })
    },
  }
}
