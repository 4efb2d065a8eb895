/** The consumers of a worker: real clients, whose events go to the run as they come. */
import { startToolMonitor, type ToolMonitor } from '../core/tool-monitor.ts'
import type { ConsumerClient } from '../drivers/consumer.ts'
import { loadDriver } from '../drivers/index.ts'
import { type ConsumerOrder, type FromWorker, plain, type ToWorker, telling } from './messages.ts'

const SAMPLE_MS = 250

export function createConsumers(tell: (message: FromWorker) => Promise<void>) {
  const clients = new Map<number, ConsumerClient>()
  /** Ends the wait of a poll that the application holds up. */
  const releases = new Map<number, () => void>()
  let monitor: ToolMonitor | undefined
  let timer: NodeJS.Timeout | undefined

  async function make(member: number, { driver, plan, debug }: ConsumerOrder): Promise<void> {
    try {
      const found = await loadDriver(driver)
      const client = await found.consumer(
        { ...plan, connection: telling(plan.connection, debug, tell) },
        {
          onRecords(received) {
            void tell({ type: 'records', member, received })
            if (!plan.mayHold) return undefined
            return new Promise((resolve) => releases.set(member, resolve))
          },
          onPast: (partition, nextOffset) => void tell({ type: 'past', member, partition, nextOffset }),
          onAssigned: (partitions) => void tell({ type: 'assigned', member, partitions }),
          onRevoked: (partitions, lost) => void tell({ type: 'revoked', member, partitions, lost }),
          onError: (code) => void tell({ type: 'met', member, code }),
        },
      )
      clients.set(member, client)
      await tell({ type: 'made', member })
      await client.ended.then(
        () => tell({ type: 'ended', member }),
        (error) => tell({ type: 'ended', member, error: plain(error) }),
      )
    } catch (error) {
      await tell({ type: 'made', member, error: plain(error) })
    }
  }

  async function commit(
    member: number,
    request: number,
    offsets: ReadonlyMap<number, number>,
  ): Promise<void> {
    try {
      await clients.get(member)?.commit(offsets)
      await tell({ type: 'committed', member, request })
    } catch (error) {
      await tell({ type: 'committed', member, request, error: plain(error) })
    }
  }

  function tellStats(): void {
    for (const [member, client] of clients) void tell({ type: 'stats', member, stats: client.stats() })
  }

  return {
    on(message: ToWorker): void {
      switch (message.type) {
        case 'consumer':
          void make(message.member, message.order)
          break
        case 'start':
          clients.get(message.member)?.start()
          break
        case 'release':
          releases.get(message.member)?.()
          break
        case 'commit':
          void commit(message.member, message.request, message.offsets)
          break
        case 'close':
          releases.get(message.member)?.()
          void clients.get(message.member)?.close()
          break
        case 'watch':
          monitor = startToolMonitor()
          tellStats()
          timer = setInterval(() => {
            monitor?.sample()
            tellStats()
          }, SAMPLE_MS)
          break
        case 'seen': {
          clearInterval(timer)
          tellStats()
          const { tool } = (monitor ?? startToolMonitor()).stop()
          void tell({ type: 'seen', tool })
          break
        }
      }
    },
  }
}
