import { describe, expect, it } from 'vitest'
import { openKafkaSink } from '../../../src/bench/http/kafka-sink.ts'
import type { Operation } from '../../../src/core/operation.ts'
import { memoryDriver } from '../../../src/drivers/memory.ts'
import type { Batch } from '../../../src/http/sink.ts'
import { createTestClock } from '../../core/test-clock.ts'

const batch = (n: number, bytes: number): Batch => ({
  operation: { first: n, records: 1, dueMs: 0, offeredMs: 0, sentMs: 0, bytes: 0 },
  values: [Buffer.alloc(bytes)],
})

async function sinkOf(properties: Record<string, string>) {
  const clock = createTestClock()
  const done: Operation[] = []
  const sink = await openKafkaSink(
    memoryDriver({ nowMs: clock.nowMs, schedule: clock.schedule, latencyMs: () => 5 }),
    {
      connection: {
        bootstrapServers: '127.0.0.1:9092',
        clientId: 'tune',
        security: { protocol: 'PLAINTEXT' },
        connectTimeoutMs: 1000,
      },
      topic: 't',
      partitions: 1,
      properties,
    },
    false,
    (operation) => done.push(operation),
  )
  return { clock, sink, done }
}

describe('a sink into Kafka', () => {
  it('is full when as many bytes are open as buffer.memory takes, and says when there is room', async () => {
    const { clock, sink, done } = await sinkOf({ 'buffer.memory': '1000' })
    let rooms = 0
    sink.onRoom(() => rooms++)
    const taken = [400, 400, 400, 400].map((bytes, n) => sink.send(batch(n, bytes)))
    // The third makes it full; bytes of what is taken are what the driver counted
    expect(taken).toEqual([true, true, true, false])
    expect(rooms).toBe(0)
    await clock.play(clock.wait(10, false).done)
    expect(done.map(({ bytes }) => bytes)).toEqual([400, 400, 400])
    expect(rooms).toBe(1)
    expect(sink.send(batch(3, 400))).toBe(true)
  })

  it('takes a batch that is larger than all its room when it is empty', async () => {
    const { sink } = await sinkOf({ 'buffer.memory': '10' })
    expect(sink.send(batch(0, 5000))).toBe(true)
    expect(sink.send(batch(1, 1))).toBe(false)
  })
})
