/** Fetches pages into the cache before polls ask for them. What it asks counts as requests, and brings no records. */
import type { Clock } from '../core/clock.ts'
import type { ResponseCache } from './cache/response-cache.ts'
import { parseSchedule } from './cache/schedule.ts'
import { createUseRhythm } from './cache/use-rhythm.ts'
import { fitsPattern, pagesToRenew } from './cache/warming.ts'
import type { CachedFetch } from './cached-fetch.ts'
import type { FetchTools } from './page-fetch.ts'
import { createPager } from './pager.ts'
import type { PollPlan } from './plan.ts'
import { RequestError } from './request-error.ts'
import type { CacheSettings } from './setup.ts'
import type { Chore } from './upkeep.ts'
import { walk } from './walk.ts'

export interface WarmingCounts {
  readonly runs: number
  readonly pages: number
  readonly failed: number
}

/** Rhythms of so many pages are known, at most. */
const MOST_KEYS = 100_000

/** @throws TuneError CONFIG where the schedule is none */
export function createWarming({ warming, tiers }: CacheSettings, cache: ResponseCache, clock: Clock) {
  if (warming === undefined) return undefined
  const { patterns, strategies } = warming
  const ttlMs = Math.max(0, ...tiers.map((tier) => tier.ttlMs))
  const schedule = warming.schedule === undefined ? undefined : parseSchedule(warming.schedule)
  const rhythm = strategies.includes('PREDICTIVE') ? createUseRhythm(MOST_KEYS) : undefined
  let counts = { runs: 0, pages: 0, failed: 0 }

  /** Without a schedule, twice in the life of what lives shortest. */
  const intervalMs = Math.max(1, Math.min(...tiers.map((tier) => tier.ttlMs)) / 2)
  const nextMs = (afterMs: number): number | undefined => {
    if (schedule === undefined) return afterMs + intervalMs
    const offsetMs = clock.epochMs() - clock.nowMs()
    const atEpochMs = schedule(Math.round(afterMs + offsetMs))
    return atEpochMs === undefined ? undefined : atEpochMs - offsetMs
  }

  return {
    /** What a poll looked for. */
    onLookup: (key: string, nowMs: number) => rhythm?.used(key, nowMs),

    chore: (
      plan: PollPlan,
      { renew }: CachedFetch,
      toolsUntil: (signal: AbortSignal) => FetchTools,
    ): Chore => {
      const fetched = async (reading: Promise<unknown>): Promise<void> => {
        try {
          await reading
          counts.pages++
        } catch (error) {
          if (!(error instanceof RequestError)) throw error
          counts.failed++
        }
      }
      return {
        nextMs,
        async run(signal) {
          counts.runs++
          const tools = toolsUntil(signal)
          const startMs = clock.nowMs()
          const dueNow = () => ({ dueMs: clock.nowMs(), offeredMs: clock.nowMs() })
          const isFitting = (url: string) => patterns.some((pattern) => fitsPattern(url, pattern))
          for (const { url } of plan.targets.filter((target) => isFitting(target.url))) {
            if (signal.aborted) return
            await walk({ ...plan, threads: 1 }, createPager(plan.paging, url), dueNow(), {
              nowMs: clock.nowMs,
              async fetch(page, due) {
                const reading = renew(plan, page, due, tools)
                await fetched(reading)
                return reading
              },
              fetched: () => {},
              handOver: async () => true,
              failed: () => {},
              isStopped: () => signal.aborted,
              queued: () => {},
            })
          }
          const pages = pagesToRenew({
            strategies,
            // What a pattern has fetched just now is new
            pages: cache.pages().filter(({ fetchedMs }) => fetchedMs < startMs),
            ttlMs,
            nowMs: clock.nowMs(),
            nextWarmingMs: nextMs(startMs),
            rhythmOf: (key) => rhythm?.of(key),
          })
          for (const { url } of pages) {
            if (signal.aborted) return
            await fetched(renew(plan, { index: 0, url, position: url }, dueNow(), tools))
          }
        },
      }
    },

    counts: (): WarmingCounts => ({ ...counts }),
    reset() {
      counts = { runs: 0, pages: 0, failed: 0 }
    },
  }
}

export type Warming = NonNullable<ReturnType<typeof createWarming>>
