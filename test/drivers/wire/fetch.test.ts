import { listOffsetsV5, Writer } from '@platformatic/kafka'
import { array, assert, integer, property, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFetchAnswer } from '../../../src/drivers/wire/fetch-answer.ts'
import { fetchRequest } from '../../../src/drivers/wire/fetch-request.ts'
import { offsetsRequest, readOffsetsAnswer } from '../../../src/drivers/wire/offsets-request.ts'
import { fetchAnswer } from './fake-broker.ts'

describe('a Fetch request', () => {
  it('is version 11 to the byte', () => {
    const shape = {
      clientId: 'tüne',
      topic: 'orders',
      maxWaitMs: 500,
      minBytes: 1,
      maxBytes: 52_428_800,
      partitionBytes: 1_048_576,
      readCommitted: true,
      rack: 'r1',
    }
    const parts = [
      { partition: 3, offset: 2 ** 40 + 7 },
      { partition: 0, offset: 0 },
    ]
    // https://kafka.apache.org/protocol#The_Messages_Fetch
    const expected = Writer.create()
      .appendInt16(1)
      .appendInt16(11)
      .appendInt32(77)
      .appendString('tüne', false)
      .appendInt32(-1)
      .appendInt32(500)
      .appendInt32(1)
      .appendInt32(52_428_800)
      .appendInt8(1)
      .appendInt32(0)
      .appendInt32(-1)
      .appendInt32(1)
      .appendString('orders', false)
      .appendInt32(2)
    for (const { partition, offset } of parts) {
      expected.appendInt32(partition).appendInt32(-1).appendInt64(BigInt(offset)).appendInt64(-1n)
      expected.appendInt32(1_048_576)
    }
    expected.appendInt32(0).appendString('r1', false).prependLength()
    expect(fetchRequest(77, shape, parts)).toEqual(expected.buffer)
  })
})

describe('a ListOffsets request', () => {
  it.each([
    ['earliest', -2n],
    ['latest', -1n],
  ] as const)('for the %s offset is what the library sends', async (edge, timestamp) => {
    let payload: Buffer | undefined
    const connection = {
      send(_key: number, _version: number, create: () => Writer) {
        payload = create().buffer
      },
    }
    const topics = [{ name: 't', partitions: [{ partitionIndex: 9, currentLeaderEpoch: -1, timestamp }] }]
    listOffsetsV5.api(connection as never, -1, 1, topics, () => {})
    const question = { clientId: 'c', topic: 't', partition: 9, readCommitted: true, edge }
    const header = Writer.create()
      .appendInt16(2)
      .appendInt16(5)
      .appendInt32(6)
      .appendString('c', false).buffer
    const frame = Buffer.concat([Buffer.alloc(4), header, payload ?? Buffer.alloc(0)])
    frame.writeInt32BE(frame.length - 4)
    expect(offsetsRequest(6, question)).toEqual(frame)
  })

  it('has an answer that ends cleanly wherever it is cut', () => {
    const body = Writer.create()
      .appendInt32(11)
      .appendInt32(1)
      .appendString('topic', false)
      .appendInt32(1)
      .appendInt32(9)
      .appendInt16(0)
      .appendInt64(-1n)
      .appendInt64(2n ** 41n)
      .appendInt32(4).buffer
    expect(readOffsetsAnswer(body)).toEqual({ throttleMs: 11, errorCode: 0, offset: 2 ** 41 })
    for (let cut = 0; cut < body.length - 4; cut += 1) {
      expect(() => readOffsetsAnswer(body.subarray(0, cut))).toThrow(
        expect.objectContaining({ name: 'ProtocolError' }),
      )
    }
  })
})

describe('a Fetch answer', () => {
  const offsets = new Map([2, 0, 1].map((partition) => [partition, 0]))
  const records = Buffer.from('these would be records')
  const body = fetchAnswer(
    { offsets },
    {
      throttleMs: 12,
      shares: {
        2: { records, aborted: [9, 3, 5].map((firstOffset) => ({ producerId: 4, firstOffset })) },
        0: { error: 6, preferredReplica: 3 },
      },
    },
  ).buffer

  it('tells of each partition, and where its records are', () => {
    const answer = readFetchAnswer(body)
    expect(answer).toMatchObject({ throttleMs: 12, errorCode: 0 })
    expect(answer.partitions).toMatchObject([
      {
        partition: 2,
        errorCode: 0,
        preferredReplica: -1,
        aborted: [3, 5, 9].map((firstOffset) => ({ producerId: 4, firstOffset })),
      },
      { partition: 0, errorCode: 6, preferredReplica: 3, aborted: [] },
      { partition: 1, errorCode: 0, preferredReplica: -1, aborted: [] },
    ])
    const spans = answer.partitions.map(({ start, end }) => body.subarray(start, end))
    expect(spans).toEqual([records, Buffer.alloc(0), Buffer.alloc(0)])
  })

  it('may be of an error alone', () => {
    const answer = readFetchAnswer(fetchAnswer({ offsets }, { error: 70 }).buffer)
    expect(answer).toMatchObject({ errorCode: 70, partitions: [] })
  })

  it('ends cleanly wherever it is cut', () => {
    for (let cut = 0; cut < body.length; cut += 1) {
      expect(() => readFetchAnswer(body.subarray(0, cut))).toThrow(
        expect.objectContaining({ name: 'ProtocolError' }),
      )
    }
  })

  it('ends cleanly, or says something, when bytes of it are changed', () => {
    const changes = array(integer({ min: 0, max: body.length - 1 }), { minLength: 1, maxLength: 4 })
    assert(
      property(changes, integer({ min: 0, max: 255 }), (places, value) => {
        const bad = Buffer.from(body)
        for (const at of places) bad[at] = value
        expectClean(bad)
      }),
    )
    assert(property(uint8Array({ maxLength: 100 }), (noise) => expectClean(Buffer.from(noise))))
  })
})

function expectClean(body: Buffer): void {
  try {
    for (const { start, end } of readFetchAnswer(body).partitions) {
      expect(start).toBeLessThanOrEqual(end)
      expect(end).toBeLessThanOrEqual(body.length)
    }
  } catch (error) {
    expect(error).toMatchObject({ name: 'ProtocolError' })
  }
}
