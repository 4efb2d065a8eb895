/** Whether a failed request is tried again, and when. Pure. */
import { type RequestError, type RequestErrorCode, UNANSWERED } from './request-error.ts'

export interface RetryPlan {
  /** Attempts after the first. */
  readonly max: number
  readonly backoffMs: number
  readonly policy: 'constant' | 'exponential'
  /** Of exponential waits, before jitter. */
  readonly capMs: number
  /** Statuses from … to, beside those that always are. */
  readonly statuses: readonly (readonly [from: number, to: number])[]
}

export const DEFAULT_RETRY: RetryPlan = {
  max: 5,
  backoffMs: 1000,
  policy: 'exponential',
  capMs: 60_000,
  statuses: [[500, 599]],
}

const ALWAYS = [408, 429] as const

/** Where another attempt may fare better; a wrong certificate or a wrong page will be wrong again. */
const TRANSIENT: ReadonlySet<string> = new Set<RequestErrorCode>([
  ...UNANSWERED,
  'BAD_JSON',
  'NOT_UTF8',
  'FAILED',
])

/**
 * @param attempt that failed: 1 is the first
 * @param chance 0 to 1
 * @returns how long to wait, or undefined where it is given up
 */
export function retryAfterMs(
  plan: RetryPlan,
  error: RequestError,
  attempt: number,
  chance: number,
): number | undefined {
  if (attempt > plan.max || !isWorthIt(plan, error)) return undefined
  const base =
    plan.policy === 'constant' ? plan.backoffMs : Math.min(plan.capMs, plan.backoffMs * 2 ** (attempt - 1))
  // Half to one and a half times, so that tasks that failed together do not come again together
  const waitMs = plan.policy === 'constant' ? base : base * (0.5 + chance)
  // Less than a server asks for is a defect (RFC 9110 10.2.3)
  return Math.max(waitMs, error.retryAfterMs ?? 0)
}

function isWorthIt({ statuses }: RetryPlan, { code }: RequestError): boolean {
  const status = /^HTTP_(\d+)$/.exec(code)?.[1]
  if (status === undefined) return TRANSIENT.has(code)
  const number = Number(status)
  return ALWAYS.some((one) => one === number) || statuses.some(([from, to]) => number >= from && number <= to)
}

/** `400-`, `500-599`, `429`, several by commas: Confluent's `retry.on.status.codes`. undefined when it is none. */
export function parseStatuses(text: string): readonly (readonly [number, number])[] | undefined {
  const ranges = text.split(',').map((part): readonly [number, number] | undefined => {
    const [, from, dash, to] = /^\s*(\d{3})\s*(-?)\s*(\d{3})?\s*$/.exec(part) ?? []
    if (from === undefined || (dash === '' && to !== undefined)) return undefined
    return [Number(from), to !== undefined ? Number(to) : dash === '-' ? 599 : Number(from)]
  })
  return ranges.every((range) => range !== undefined) ? ranges : undefined
}

/** Retry-After in ms: seconds (decimals too: some APIs send `2.0`) or an HTTP date. undefined when it is neither. */
export function parseRetryAfter(text: string | undefined, epochMs: number): number | undefined {
  if (text === undefined) return undefined
  if (/^\s*\d+(\.\d+)?\s*$/.test(text)) return Number(text) * 1000
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - epochMs)
}
