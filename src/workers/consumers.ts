/** Consumers in processes of their own, which look to a run like clients of this one. */
import type { ConsumerResult } from '../core/result.ts'
import type { ConsumerClient, ConsumerEvents, ConsumerPlan } from '../drivers/consumer.ts'
import type { ClientStats, Driver } from '../drivers/driver.ts'
import { type FromWorker, revived } from './messages.ts'
import { startWorker, type WorkerProcess } from './process.ts'

type Tool = ConsumerResult['health']['tool']

export interface ConsumerWorkers {
  /** As the driver, but its consumers are spread over the workers, one after the other. */
  readonly driver: Driver
  /** What they cost is looked at from here on … */
  watch(): void
  /** … until now. One a worker. */
  seen(): Promise<Tool[]>
  close(): Promise<void>
}

interface Member {
  readonly events: ConsumerEvents
  readonly log: ((line: string) => void) | undefined
  /** The worker waits after each poll until it is told to go on. */
  readonly mayHold: boolean
  made(error?: Error): void
  ended(error?: Error): void
  readonly commits: Map<number, (error?: Error) => void>
  stats: ClientStats
}

/** @param note a line that a worker, or a library in it, wrote */
export function consumeByWorkers(
  count: number,
  driver: Driver,
  note: (line: string) => void,
): ConsumerWorkers {
  const members: Member[] = []
  const seen = new Map<number, (tool: Tool) => void>()
  const workers: WorkerProcess[] = []

  const on = (worker: number, message: FromWorker) => {
    if (message.type === 'seen') {
      seen.get(worker)?.(message.tool)
      return
    }
    if (!('member' in message)) return
    const member = members[message.member]
    if (member === undefined) return
    switch (message.type) {
      case 'made':
        member.made(message.error && revived(message.error))
        break
      case 'records': {
        const held = member.events.onRecords(message.received)
        const release = () => workers[worker]?.tell({ type: 'release', member: message.member })
        if (held !== undefined) void held.then(release, release)
        else if (member.mayHold) release()
        break
      }
      case 'past':
        member.events.onPast(message.partition, message.nextOffset)
        break
      case 'assigned':
        member.events.onAssigned(message.partitions)
        break
      case 'revoked':
        member.events.onRevoked(message.partitions, message.lost)
        break
      case 'met':
        member.events.onError(message.code)
        break
      case 'committed':
        member.commits.get(message.request)?.(message.error && revived(message.error))
        member.commits.delete(message.request)
        break
      case 'stats':
        member.stats = message.stats
        break
      case 'ended':
        member.ended(message.error && revived(message.error))
        break
    }
  }

  for (let index = 0; index < count; index++) {
    const worker = startWorker(`worker ${index + 1} of ${count}`, {
      onLine: note,
      onMessage(message) {
        if (message.type === 'log') members.find(({ log }) => log !== undefined)?.log?.(message.line)
        else on(index, message)
      },
    })
    void worker.died.then((error) => {
      for (const [number, member] of members.entries()) {
        if (number % count !== index) continue
        member.made(error)
        member.ended(error)
      }
    })
    workers.push(worker)
  }

  async function consumer(plan: ConsumerPlan, events: ConsumerEvents): Promise<ConsumerClient> {
    const number = members.length
    const worker = workers[number % count]
    const { log, ...connection } = plan.connection
    let request = 0
    let finish: (error?: Error) => void = () => {}
    const ended = new Promise<void>((resolve, reject) => {
      finish = (error) => (error === undefined ? resolve() : reject(error))
    })
    ended.catch(() => {})
    await new Promise<void>((resolve, reject) => {
      members.push({
        events,
        log,
        mayHold: plan.mayHold,
        made: (error) => (error === undefined ? resolve() : reject(error)),
        ended: finish,
        commits: new Map(),
        stats: {},
      })
      const order = { driver: driver.name, plan: { ...plan, connection }, debug: log !== undefined }
      worker?.tell({ type: 'consumer', member: number, order })
    })
    return {
      start: () => worker?.tell({ type: 'start', member: number }),
      ended,
      commit: (offsets) =>
        new Promise((resolve, reject) => {
          request += 1
          members[number]?.commits.set(request, (error) => (error === undefined ? resolve() : reject(error)))
          worker?.tell({ type: 'commit', member: number, request, offsets })
        }),
      stats: () => members[number]?.stats ?? {},
      async close() {
        worker?.tell({ type: 'close', member: number })
        await ended.catch(() => {})
      },
    }
  }

  return {
    driver: { ...driver, consumer },
    watch() {
      for (const worker of workers) worker.tell({ type: 'watch' })
    },
    seen: () =>
      Promise.all(
        workers.map(
          (worker, index) =>
            new Promise<Tool>((resolve, reject) => {
              seen.set(index, resolve)
              void worker.died.then(reject)
              worker.tell({ type: 'seen' })
            }),
        ),
      ),
    async close() {
      await Promise.all(workers.map((worker) => worker.kill()))
    },
  }
}
