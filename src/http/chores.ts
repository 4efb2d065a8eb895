/** What a poller does beside its polls: which chore, and how often. */
import type { Clock } from '../core/clock.ts'
import type { Endpoints } from './balancing.ts'
import type { ResponseCache } from './cache/response-cache.ts'
import type { HttpClient } from './client.ts'
import type { CacheSettings } from './setup.ts'
import { type Chore, every } from './upkeep.ts'

/** Clean-up where the configuration says nothing: the guide's `cache.cleanup.interval.seconds`. */
const CLEANUP_MS = 300_000

export function cacheChores(settings: CacheSettings, cache: ResponseCache, clock: Clock): readonly Chore[] {
  const { cleanupIntervalMs = CLEANUP_MS, autoTuningIntervalMs } = settings
  return [
    every(cleanupIntervalMs, () => cache.cleanUp(clock.nowMs())),
    ...(autoTuningIntervalMs === undefined
      ? []
      : [every(autoTuningIntervalMs, () => cache.tune(clock.nowMs()))]),
  ]
}

export function healthChores(endpoints: Endpoints, client: HttpClient): readonly Chore[] {
  const { healthCheck } = endpoints
  if (healthCheck === undefined) return []
  const check = async (origin: string, path: string) => {
    try {
      const { status } = await client.ask({ origin, path, method: 'GET', headers: {} })
      return status >= 200 && status < 300
    } catch {
      // Whatever it was: it does not answer as it should
      return false
    }
  }
  return [every(healthCheck.intervalMs, () => endpoints.checkAll(check))]
}
