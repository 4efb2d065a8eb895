/** Where the records of pages go: a Kafka client, which is full when as many bytes are open as its buffer takes. */
import type { OnDone, Operation } from '../../core/operation.ts'
import type { Driver, ProducerClient, ProducerPlan } from '../../drivers/driver.ts'
import type { Batch, Sink } from '../../http/sink.ts'
import { createLiveSource } from './live-source.ts'

/** Java's default of buffer.memory, and so Kafka Connect's. Some clients' own would take a gigabyte. */
const BUFFER_BYTES = 32 * 1024 * 1024

export interface KafkaSink extends Sink {
  readonly stats: ProducerClient['stats']
  close(): Promise<void>
}

export async function openKafkaSink(
  driver: Driver,
  plan: Omit<ProducerPlan, 'source' | 'paced'>,
  keyed: boolean,
  onDone: OnDone,
): Promise<KafkaSink> {
  const maxBytes = Number(plan.properties['buffer.memory'] ?? BUFFER_BYTES)
  const live = createLiveSource(keyed)
  const open = new Map<Operation, number>()
  let openBytes = 0
  let isFull = false
  let room = () => {}

  const client = await driver.producer(
    // A batch is an operation, so the client takes it as one
    { ...plan, source: live.source, paced: false },
    (operation, error, outcome, failed, place) => {
      live.done(operation)
      openBytes -= open.get(operation) ?? 0
      open.delete(operation)
      onDone(operation, error, outcome, failed, place)
      if (isFull && openBytes < maxBytes) {
        isFull = false
        room()
      }
    },
  )
  client.onRoom(() => room())
  let draining: Promise<void> | undefined

  return {
    send(batch: Batch) {
      if (openBytes >= maxBytes && openBytes > 0) {
        isFull = true
        return false
      }
      const { operation } = batch
      live.put(batch)
      if (!client.send(operation)) {
        live.done(operation)
        return false
      }
      open.set(operation, operation.bytes)
      openBytes += operation.bytes
      return true
    },
    flushHint: () => client.flushHint?.(),
    onRoom(listener) {
      room = listener
    },
    async drain(timeoutMs) {
      // A client waits for one at a time
      draining ??= client.drain(timeoutMs).finally(() => {
        draining = undefined
      })
      await draining
    },
    stats: client.stats,
    close: () => client.close(),
  }
}
