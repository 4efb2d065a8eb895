/** A worker: a process of its own that carries a share of a load. Takes one order, and ends with its answer. */
import { loadHere } from '../bench/load.ts'
import { realClock } from '../core/clock.ts'
import { connectAdmin } from '../drivers/admin.ts'
import { loadDriver } from '../drivers/index.ts'
import { connectMockAdmin } from '../drivers/mock-admin.ts'
import { messageOf, TuneError } from '../errors.ts'
import { makeRecordSource } from '../records/index.ts'
import { type FromWorker, machineMs, type Order, type PlainError, type ToWorker } from './messages.ts'

const stop = new AbortController()
const gone = new AbortController()
let go: (atMs: number) => void = () => {}
const started = new Promise<number>((resolve) => {
  go = resolve
})

// Whoever started it says when it stops; Ctrl-C reaches every process of a terminal.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {})
process.on('disconnect', () => process.exit(1))
process.on('message', (message: ToWorker) => {
  if (message.type === 'order') void carry(message.order)
  else if (message.type === 'go') go(message.atMs)
  else if (message.type === 'stop') stop.abort()
  else gone.abort(message.reason)
})

async function carry(order: Order): Promise<void> {
  try {
    await tell({ type: 'loaded', loaded: await load(order) })
  } catch (error) {
    await tell({ type: 'failed', error: plain(error) })
  }
  process.exit(0)
}

async function load({ plan: sent, partitions, cwd, debug }: Order) {
  const log = (line: string) => void tell({ type: 'log', line })
  const plan = { ...sent, connection: { ...sent.connection, ...(debug ? { log } : {}) } }
  const connect = plan.broker.engine === 'mock' ? connectMockAdmin : connectAdmin
  const admin = await connect(plan.connection)
  try {
    return await loadHere(plan, partitions, {
      clock: realClock,
      driver: await loadDriver(plan.driver),
      admin,
      source: makeRecordSource(plan.records, cwd),
      signal: stop.signal,
      gone: gone.signal,
      progress: (progress) => void tell({ type: 'progress', progress }),
      async ready() {
        void tell({ type: 'ready' })
        const leftMs = (await started) - machineMs()
        await realClock.wait(realClock.nowMs() + leftMs, true).done
      },
    })
  } finally {
    await admin.close()
  }
}

function plain(error: unknown): PlainError {
  if (error instanceof TuneError) return { code: error.code, message: error.message, hint: error.hint }
  return { code: 'INTERNAL', message: messageOf(error), hint: undefined }
}

/** Resolves when the message has left. */
function tell(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve())
  })
}
