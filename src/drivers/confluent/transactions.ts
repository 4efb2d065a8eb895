/** librdkafka's transactions through the binding, which has them and does not say so in its types. */
import type { Producer } from '@confluentinc/kafka-javascript'
import { codeIn, TuneError } from '../../errors.ts'
import type { ProducerPlan, Transactions } from '../driver.ts'
import { codeOf } from './errors.ts'

type Callback = (error?: Error | null) => void

interface Native {
  initTransactions(timeoutMs: number, done: Callback): void
  beginTransaction(done: Callback): void
  commitTransaction(timeoutMs: number, done: Callback): void
  abortTransaction(timeoutMs: number, done: Callback): void
}

/** Longer than a coordinator needs to move; a commit waits for what is still open as well. */
const END_MS = 60_000
const INIT_MS = 30_000

export interface NativeTransactions extends Transactions {
  /** A record of this transaction is in this partition, which gets a marker at its end. */
  touched(partition: number): void
}

/** @throws TuneError UNAUTHORIZED, UNREACHABLE when the coordinator gives no id */
export async function startTransactions(
  producer: Producer,
  { connection, properties }: ProducerPlan,
  nameOf: (code: number) => string,
): Promise<NativeTransactions> {
  // The types leave them out; the methods are part of the binding's public producer
  const native = producer as unknown as Native
  const id = properties['transactional.id']
  const call = (run: (done: Callback) => void) =>
    new Promise<void>((resolve, reject) => {
      run((error) => {
        if (!error) return resolve()
        const code = codeOf(error)
        reject(Object.assign(new Error(error.message), { code: code === undefined ? '_FAIL' : nameOf(code) }))
      })
    })
  let at = new Set<number>()
  const ended = async (run: (done: Callback) => void): Promise<ReadonlySet<number>> => {
    await call(run)
    const partitions = at
    at = new Set()
    return partitions
  }
  try {
    await call((done) => native.initTransactions(INIT_MS, done))
  } catch (cause) {
    const code = codeIn(cause) ?? ''
    if (code.endsWith('AUTHORIZATION_FAILED')) {
      throw new TuneError('UNAUTHORIZED', `this user may not use the transactional id ${id} (${code})`, {
        hint: `grant Write and Describe on transactional id ${id}`,
        cause,
      })
    }
    throw new TuneError(
      'UNREACHABLE',
      `no transaction coordinator of ${connection.bootstrapServers} took ${id} (${code})`,
      {
        hint: 'a cluster needs enough brokers for transaction.state.log.replication.factor',
        cause,
      },
    )
  }
  return {
    touched: (partition) => void at.add(partition),
    begin: () => call((done) => native.beginTransaction(done)),
    commit: () => ended((done) => native.commitTransaction(END_MS, done)),
    abort: () => ended((done) => native.abortTransaction(END_MS, done)),
  }
}
