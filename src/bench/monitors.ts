/** Everything that is looked at once a second while a bench measures: this process, the machine, the client. */
import { type HostSample, startHostMonitor } from '../core/host-monitor.ts'
import type { ClientResult, Result } from '../core/result.ts'
import { sum } from '../core/sum.ts'
import { startToolMonitor } from '../core/tool-monitor.ts'
import type { ClientStats } from '../drivers/driver.ts'
import { type ClientSeen, watchClient } from './client-watch.ts'

const INTERVAL_MS = 1000

export interface Seen {
  readonly tool: ClientResult['health']['tool']
  readonly cpuUs: number
  readonly client: ClientSeen
  readonly host: Result['host']
  readonly hostSeries: readonly HostSample[]
}

/** @param onSecond called after each look */
export function startMonitors(
  client: { stats(): ClientStats },
  onSecond: () => void,
): { stop(): Seen; cancel(): void } {
  const tool = startToolMonitor()
  const host = startHostMonitor()
  const clientWatch = watchClient(client)
  const hostSeries: HostSample[] = []
  const look = () => {
    tool.sample()
    clientWatch.sample()
    hostSeries.push(host.sample())
  }
  const timer = setInterval(() => {
    look()
    onSecond()
  }, INTERVAL_MS)
  return {
    stop() {
      clearInterval(timer)
      if (hostSeries.length < 2) clientWatch.sample()
      const seen = clientWatch.stop()
      const toolSeen = tool.stop()
      if (hostSeries.length === 0) hostSeries.push(host.sample())
      return { ...toolSeen, client: seen, hostSeries, host: meanOf(hostSeries) }
    },
    cancel: () => clearInterval(timer),
  }
}

/** Each kind of sample averaged over the seconds that have it. */
function meanOf(samples: readonly HostSample[]): Result['host'] {
  const mean = (pick: (sample: HostSample) => number | undefined) => {
    const values = samples.map(pick).filter((value) => value !== undefined)
    return values.length === 0 ? undefined : sum(values) / values.length
  }
  const host = {
    cpuRatio: mean(({ cpuRatio }) => cpuRatio),
    memoryRatio: mean(({ memoryRatio }) => memoryRatio),
    networkRatio: mean((sample) => sample.networkRatio),
    networkBytesPerSec: mean(({ networkBytesPerSec }) => networkBytesPerSec),
    diskReadBytesPerSec: mean(({ diskReadBytesPerSec }) => diskReadBytesPerSec),
    diskWriteBytesPerSec: mean(({ diskWriteBytesPerSec }) => diskWriteBytesPerSec),
  }
  return Object.fromEntries(Object.entries(host).filter(([, value]) => value !== undefined))
}
