/** What this process costs while it measures: CPU, event-loop delay, garbage collection, memory. */
import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks'
import type { ClientResult } from './result.ts'

/** A sample includes its own interval, which is taken off again: idle is 0. */
const RESOLUTION_MS = 10

export interface ToolMonitor {
  /** Once a second, so that the highest memory is seen. */
  sample(): void
  stop(): { tool: ClientResult['health']['tool']; cpuUs: number }
}

export function startToolMonitor(): ToolMonitor {
  const startMs = performance.now()
  const startCpu = process.cpuUsage()
  const startLoop = performance.eventLoopUtilization()
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  let gcCount = 0
  let gcMs = 0
  const countCollections = (entries: readonly { duration: number }[]) => {
    gcCount += entries.length
    for (const entry of entries) gcMs += entry.duration
  }
  const observer = new PerformanceObserver((list) => countCollections(list.getEntries()))
  observer.observe({ entryTypes: ['gc'] })
  const rssStartBytes = process.memoryUsage.rss()
  let rssMaxBytes = rssStartBytes

  return {
    sample() {
      rssMaxBytes = Math.max(rssMaxBytes, process.memoryUsage.rss())
    },
    stop() {
      countCollections(observer.takeRecords())
      observer.disconnect()
      delays.disable()
      const spanMs = Math.max(1, performance.now() - startMs)
      const cpu = process.cpuUsage(startCpu)
      const cpuUs = cpu.user + cpu.system
      const rssBytes = process.memoryUsage.rss()
      const delayMs = (ns: number) => Math.max(0, (Number.isFinite(ns) ? ns : 0) / 1e6 - RESOLUTION_MS)
      return {
        cpuUs,
        tool: {
          cpuUs,
          cpuRatio: cpuUs / 1000 / spanMs,
          eventLoopP50Ms: delayMs(delays.percentile(50)),
          eventLoopP99Ms: delayMs(delays.percentile(99)),
          eventLoopMaxMs: delays.exceeds > 0 ? spanMs : delayMs(delays.max),
          eventLoopUtilization: performance.eventLoopUtilization(startLoop).utilization,
          gcCount,
          gcMs,
          rssStartBytes,
          rssBytes,
          rssMaxBytes: Math.max(rssMaxBytes, rssBytes),
        },
      }
    },
  }
}
