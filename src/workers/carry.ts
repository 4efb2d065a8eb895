/** A worker's share of a load, from the order to the answer. */
import { type Loaded, loadHere } from '../bench/load.ts'
import { adminOfSeveral, driverOfSeveral } from '../bench/several-topics.ts'
import { realClock } from '../core/clock.ts'
import { connectAdminOf } from '../drivers/admin-of.ts'
import { loadDriver } from '../drivers/index.ts'
import { makeRecordSource } from '../records/index.ts'
import { type FromWorker, machineMs, type Order, plain, telling } from './messages.ts'

interface Carrying {
  /** When measured time begins, once that is said. */
  readonly started: Promise<number>
  readonly stop: AbortSignal
  readonly gone: AbortSignal
  readonly tell: (message: FromWorker) => Promise<void>
}

export async function carry(order: Order, carrying: Carrying): Promise<void> {
  try {
    const loaded = await load(order, carrying)
    await carrying.tell({ type: 'loaded', loaded })
  } catch (error) {
    await carrying.tell({ type: 'failed', error: plain(error) })
  }
}

async function load(
  { plan: sent, partitions, cwd, debug }: Order,
  { started, stop, gone, tell }: Carrying,
): Promise<Loaded> {
  const plan = { ...sent, connection: telling(sent.connection, debug, tell) }
  const admin = adminOfSeveral(await connectAdminOf(plan.broker.engine, plan.connection))
  try {
    return await loadHere(plan, partitions, {
      clock: realClock,
      driver: driverOfSeveral(await loadDriver(plan.driver), admin),
      admin,
      source: makeRecordSource(plan.records, cwd),
      signal: stop,
      gone,
      progress: (progress) => void tell({ type: 'progress', progress }),
      async ready(used) {
        void tell({ type: 'ready', used })
        const leftMs = (await started) - machineMs()
        await realClock.wait(realClock.nowMs() + leftMs, true).done
      },
    })
  } finally {
    await admin.close()
  }
}
