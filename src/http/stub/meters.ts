/**
 * What a stub API counts, and how it tells at `/health/metrics`: under both sets of names that the guide reads there
 * (Performance Tuning Guide, Performance Alerts and Load Testing Script), and its own under `stub`.
 */

/** Rates are of this long. */
const WINDOW_MS = 10_000

export function createMeters(startMs: number) {
  const counts = { requests: 0, pages: 0, notModified: 0, rateLimited: 0, failed: 0, records: 0, bytes: 0 }
  let open = 0
  let mostOpen = 0
  let connections = 0
  let openConnections = 0
  let mostStreams = 0
  let sumMs = 0
  const protocols: Record<string, number> = {}
  /** Records by second, of the window. */
  const seconds = new Map<number, number>()

  const perSec = (nowMs: number) => {
    const oldest = Math.floor((nowMs - WINDOW_MS) / 1000)
    let records = 0
    for (const [second, count] of seconds) {
      if (second <= oldest) seconds.delete(second)
      else records += count
    }
    return (records * 1000) / Math.max(1, Math.min(WINDOW_MS, nowMs - startMs))
  }

  return {
    counts,
    connected() {
      connections++
      openConnections++
    },
    disconnected() {
      openConnections--
    },
    /** @param streams that this connection has open now, this one included */
    began(protocol: string, streams: number) {
      counts.requests++
      protocols[protocol] = (protocols[protocol] ?? 0) + 1
      open++
      mostOpen = Math.max(mostOpen, open)
      mostStreams = Math.max(mostStreams, streams)
    },
    ended(tookMs: number) {
      open--
      sumMs += tookMs
    },
    served(nowMs: number, records: number, bytes: number) {
      counts.pages++
      counts.records += records
      counts.bytes += bytes
      const second = Math.floor(nowMs / 1000)
      seconds.set(second, (seconds.get(second) ?? 0) + records)
    },
    told(nowMs: number) {
      const done = counts.requests - open
      const meanMs = done === 0 ? 0 : sumMs / done
      const bad = counts.failed + counts.rateLimited
      const errorRatio = counts.requests === 0 ? 0 : bad / counts.requests
      const hitRatio = counts.requests === 0 ? 0 : counts.notModified / counts.requests
      return {
        throughput: { messagesPerSecond: perSec(nowMs) },
        latency: { averageMs: meanMs },
        cache: { hitRatio },
        totalMessages: counts.records,
        averageLatency: meanMs,
        cacheHitRatio: hitRatio,
        // The guide prints a % sign behind it
        errorRate: errorRatio * 100,
        stub: {
          ...counts,
          protocols,
          connections,
          openConnections,
          openRequests: open,
          mostOpenRequests: mostOpen,
          mostStreamsOfAConnection: mostStreams,
          upMs: nowMs - startMs,
        },
      }
    },
  }
}

export type Meters = ReturnType<typeof createMeters>
