import { createRecordsBatch, Reader, readRecordsBatch } from '@platformatic/kafka'
import { array, assert, integer, nat, option, property, record, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BATCH_HEADER_BYTES } from '../../../src/drivers/wire/batch-header.ts'
import { loadCodec } from '../../../src/drivers/wire/codecs.ts'
import { encodeSet, encodeSets } from '../../../src/drivers/wire/payload.ts'
import { type Variant, variantsFor, writeHeader } from '../../../src/drivers/wire/variants.ts'
import { sourceOf, values } from './source.ts'

const bytes = (maxLength: number) => uint8Array({ maxLength }).map((data) => Buffer.from(data))
const records = array(record({ key: option(bytes(40)), value: bytes(400) }), { minLength: 1, maxLength: 80 })
const inOrder = (length: number) => ({ length, at: (index: number) => index })

function batchBytes(variant: Variant, timestampMs: number): Buffer {
  const batch = Buffer.alloc(BATCH_HEADER_BYTES + variant.body.length)
  writeHeader(batch, 0, variant, timestampMs)
  variant.body.copy(batch, BATCH_HEADER_BYTES)
  return batch
}

/** What the library makes of the same records. */
function oracle(
  messages: readonly { key?: Buffer | null; value: Buffer }[],
  timestampMs: number,
  compression: 'none' | 'gzip' | 'snappy' | 'lz4' = 'none',
): Buffer {
  return createRecordsBatch(
    messages.map(({ key, value }) => ({
      ...(key && { key }),
      value,
      topic: 't',
      partition: 0,
      timestamp: BigInt(timestampMs),
    })),
    { compression },
  ).buffer
}

describe('a variant with its header written', () => {
  const plain = variantsFor({ attributes: 0 })
  let id = 0

  it('is byte for byte what the library encodes, for every prefix of a set', () => {
    assert(
      property(records, nat(), integer({ min: 0, max: 2 ** 48 }), (list, cut, timestampMs) => {
        const source = sourceOf(
          list.map(({ value }) => value),
          list.map(({ key }) => key),
        )
        id += 1
        const set = encodeSet(id, source, inOrder(list.length), 0, 10_000)
        const count = 1 + (cut % set.count)
        const sent = Array.from({ length: count }, (_, n) => ({ key: source.key(n), value: source.value(n) }))
        return batchBytes(plain.of(set, count), timestampMs).equals(oracle(sent, timestampMs))
      }),
    )
  })

  it('can be written again with another timestamp', () => {
    const source = sourceOf(values(3, 20))
    const set = encodeSet(0, source, inOrder(3), 0, 70)
    const variant = variantsFor({ attributes: 0 }).of(set, 2)
    const sent = [0, 1].map((n) => ({ value: source.value(n) }))
    for (const timestampMs of [1, 1_700_000_000_000, 1_700_000_000_001]) {
      expect(batchBytes(variant, timestampMs)).toEqual(oracle(sent, timestampMs))
    }
  })

  it.each(['gzip', 'snappy', 'lz4'] as const)('is what the library encodes with %s', async (name) => {
    const source = sourceOf(values(50, 100))
    const set = encodeSet(0, source, inOrder(50), 0, 4000)
    const variants = variantsFor(await loadCodec(name, -1))
    const sent = Array.from({ length: 30 }, (_, n) => ({ value: source.value(n) }))
    expect(batchBytes(variants.of(set, 30), 1234)).toEqual(oracle(sent, 1234, name))
  })

  it('holds a zstd frame and says so', async () => {
    const zstd = await loadCodec('zstd', 3)
    const set = encodeSet(0, sourceOf(values(50, 100)), inOrder(50), 0, 4000)
    const batch = batchBytes(variantsFor(zstd).of(set, 20), 99)
    expect(batch.readInt16BE(21)).toBe(4)
    // Magic number of a zstd frame
    expect(batch.readUInt32LE(BATCH_HEADER_BYTES)).toBe(0xfd2fb528)
  })
})

describe('compressed variants', () => {
  it('are compressed once for each set and record count', () => {
    let compressed = 0
    const variants = variantsFor({
      attributes: 2,
      compress: (data) => {
        compressed += 1
        return Buffer.from(data)
      },
    })
    const [first, second] = encodeSets(sourceOf(values(10, 100)), inOrder(10), 540, 2, 0)
    if (first === undefined || second === undefined) throw new Error('two sets were wanted')
    for (let round = 0; round < 3; round += 1) {
      variants.of(first, 3)
      variants.of(first, 4)
      variants.of(second, 3)
    }
    expect(compressed).toBe(3)
  })

  it('give up the one that was not used for the longest time', () => {
    const made: number[] = []
    const compress = (data: Buffer) => {
      made.push(data.length)
      return Buffer.alloc(1000)
    }
    const set = encodeSet(0, sourceOf(values(10, 10)), inOrder(10), 0, 1000)
    const variants = variantsFor({ attributes: 1, compress }, 3500)
    for (const count of [1, 2, 1, 3, 1, 2]) variants.of(set, count)
    expect(made.map((length) => [...set.ends].indexOf(length))).toEqual([1, 2, 3, 2])
  })
})

describe('payload sets', () => {
  it('take turns until every record of the pool is in one, each as full as it can be', () => {
    const source = sourceOf(values(10, 100))
    const sets = encodeSets(source, inOrder(10), 450, 100, 7)
    expect(sets.map(({ id, count }) => [id, count])).toEqual([
      [7, 4],
      [8, 4],
      [9, 4],
    ])
    const last = readRecordsBatch(
      Reader.from(batchBytes(variantsFor({ attributes: 0 }).of(sets[2] ?? sets[0] ?? never(), 4), 0)),
    )
    expect(last.records.map(({ value }) => value)).toEqual([8, 9, 0, 1].map((n) => source.value(n)))
  })

  it('hold a record that is larger than a batch alone', () => {
    expect(encodeSet(0, sourceOf(values(3, 500)), inOrder(3), 0, 100).count).toBe(1)
  })

  it('know the payload of every prefix', () => {
    const source = sourceOf([Buffer.alloc(5), Buffer.alloc(7)], [Buffer.alloc(2)])
    expect([...encodeSet(0, source, inOrder(2), 0, 60).payload].slice(0, 4)).toEqual([0, 7, 16, 23])
  })
})

function never(): never {
  throw new Error('a set was wanted')
}
