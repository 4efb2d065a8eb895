import {
  array,
  assert,
  constantFrom,
  integer,
  nat,
  option,
  property,
  record,
  string,
  tuple,
  uint8Array,
} from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Received } from '../../../src/drivers/consumer.ts'
import { scanBatches } from '../../../src/drivers/wire/batches.ts'
import { CODEC_NAMES, type CodecName, loadCodec } from '../../../src/drivers/wire/codecs.ts'
import { createDecoder, type Decoded } from '../../../src/drivers/wire/decode.ts'
import { loadDecompressors } from '../../../src/drivers/wire/decompress.ts'
import type { AbortedTransaction } from '../../../src/drivers/wire/fetch-answer.ts'
import {
  LOG_APPEND_TIME,
  marker,
  plainBatch,
  recordBatch,
  seal,
  type TestRecord,
  TRANSACTIONAL,
} from './record-batch.ts'

const decompressors = await loadDecompressors(false)
const reusing = await loadDecompressors(true)
const codecs = new Map(
  await Promise.all(CODEC_NAMES.map(async (name) => [name, await loadCodec(name, 3)] as const)),
)
const plain = createDecoder({ decompressors: reusing, checkCrcs: false, records: false })
const looking = createDecoder({ decompressors, checkCrcs: true, records: true })

/** Scans and decodes, as the consumer does; the bytes are not alone in their buffer. */
function read(
  bytes: Buffer,
  {
    from = 0,
    aborted = [],
    decode = plain,
  }: { from?: number; aborted?: readonly AbortedTransaction[]; decode?: typeof plain } = {},
): Decoded & { scanned: number; scanFault: string | undefined } {
  const body = Buffer.concat([Buffer.alloc(7, 0xee), bytes, Buffer.alloc(3, 0xee)])
  const scan = scanBatches(body, 7, 7 + bytes.length, from)
  const decoded = decode({ partition: 5, body, start: 7, end: scan.end, wantedOffset: from, aborted })
  return { ...decoded, scanned: scan.nextOffset, scanFault: scan.fault }
}

const bytes = (maxLength: number) => uint8Array({ maxLength }).map((data) => Buffer.from(data))
const testRecord = record({
  key: option(bytes(40)),
  value: bytes(300),
  headers: array(tuple(string({ minLength: 1, maxLength: 10 }), bytes(30)), { maxLength: 3 }),
  // The library writes distances of more than 31 bits wrongly
  timestampMs: integer({ min: 2 ** 41, max: 2 ** 41 + 2 ** 31 - 1 }),
})
const records = array(testRecord, { minLength: 1, maxLength: 80 })
const codecName = constantFrom(...CODEC_NAMES)

const payload = ({ key, value, headers = [] }: TestRecord) =>
  (key?.length ?? 0) +
  (value?.length ?? 0) +
  [...new Map(headers)].reduce((sum, [name, text]) => sum + Buffer.byteLength(name) + text.length, 0)
const total = (list: readonly TestRecord[]) => list.reduce((sum, one) => sum + payload(one), 0)
/** Headers that the library writes: one of a name. */
const distinct = (list: readonly TestRecord[]) =>
  list.map((one) => ({ ...one, headers: [...new Map(one.headers ?? [])] }))

describe('records that are read in place', () => {
  it('are counted exactly, from any offset on, with every codec', () => {
    assert(
      property(array(records, { minLength: 1, maxLength: 3 }), codecName, nat(), (lists, name, cut) => {
        const codec = codecs.get(name) ?? never()
        const all = lists.flatMap(distinct)
        let baseOffset = 0
        const batches = lists.map(distinct).map((list) => {
          const batch = recordBatch(list, { baseOffset, codec })
          baseOffset += list.length
          return batch
        })
        const from = cut % all.length
        // A broker begins with the batch that holds the offset
        let first = 0
        let skipped = 0
        while (skipped + (lists[first]?.length ?? 0) <= from) skipped += lists[first++]?.length ?? 0
        const wanted = all.slice(from)
        const found = read(Buffer.concat(batches.slice(first)), { from })
        expect(found).toMatchObject({
          received: {
            partition: 5,
            records: wanted.length,
            bytes: total(wanted),
            firstOffset: from,
            lastOffset: all.length - 1,
            timestampMs: Math.max(...wanted.map(({ timestampMs = 0 }) => timestampMs)),
          },
          batches: batches.length - first,
          wireBytes: batches.slice(first).reduce((sum, { length }) => sum + length, 0),
          nextOffset: all.length,
          scanned: all.length,
          fault: undefined,
        })
      }),
      { numRuns: 150 },
    )
  })

  it('are visited in their order, with what they hold', () => {
    assert(
      property(records, codecName, nat(), (list, name, cut) => {
        const sent = distinct(list)
        const from = 100 + (cut % sent.length)
        const codec = codecs.get(name) ?? never()
        const found = read(recordBatch(sent, { baseOffset: 100, codec }), { from, decode: looking })
        const seen = visited(found.received)
        const wanted = sent.slice(from - 100)
        expect(seen.map(({ offset }) => offset)).toEqual(wanted.map((_, n) => from + n))
        expect(seen.map(({ value }) => value)).toEqual(wanted.map(({ value }) => value))
        expect(seen.map(({ timestampMs }) => timestampMs)).toEqual(
          wanted.map(({ timestampMs }) => timestampMs),
        )
        wanted.forEach(({ headers = [] }, n) => {
          for (const [name, text] of headers) expect(seen[n]?.header(name)).toEqual(text)
          expect(seen[n]?.header('no such header')).toBeUndefined()
        })
      }),
      { numRuns: 100 },
    )
  })

  it('may have no value and no key', () => {
    const found = read(recordBatch([{ value: null }, { key: Buffer.from('k'), value: Buffer.alloc(0) }]), {
      decode: looking,
    })
    expect(found.received).toMatchObject({ records: 2, bytes: 1 })
    expect(visited(found.received).map(({ value }) => value)).toEqual([null, Buffer.alloc(0)])
  })

  it('have the time of the broker where the topic says LogAppendTime', () => {
    const list = [1, 2, 3].map((n) => ({ value: Buffer.of(n), timestampMs: n }))
    const batch = recordBatch(list, { attributes: LOG_APPEND_TIME, maxTimestampMs: 777 })
    const found = read(batch, { from: 1, decode: looking })
    expect(found.received?.timestampMs).toBe(777)
    expect(visited(found.received).map(({ timestampMs }) => timestampMs)).toEqual([777, 777])
  })

  it('leave offsets free where compaction took some', () => {
    const whole = recordBatch([1, 2, 3, 4].map((n) => ({ value: Buffer.of(n) })))
    // Each record is 8 bytes; the second and third stay, and the batch keeps its offsets
    const batch = Buffer.concat([whole.subarray(0, 61), whole.subarray(69, 85)])
    batch.writeInt32BE(batch.length - 12, 8)
    batch.writeInt32BE(2, 57)
    const found = read(seal(batch))
    expect(found.received).toMatchObject({ records: 2, bytes: 2, firstOffset: 1, lastOffset: 2 })
    expect(found.nextOffset).toBe(4)
  })

  it('may be none in a batch that compaction emptied', () => {
    const batch = Buffer.from(plainBatch(0, 4).subarray(0, 61))
    batch.writeInt32BE(49, 8)
    batch.writeInt32BE(0, 57)
    const found = read(Buffer.concat([batch, plainBatch(4, 2)]))
    expect(found.received).toMatchObject({ records: 2, firstOffset: 4, lastOffset: 5 })
    expect(found.batches).toBe(1)
    expect(read(batch)).toMatchObject({ received: undefined, nextOffset: 4, fault: undefined })
  })
})

describe("snappy in Java's own framing", () => {
  it('is read block by block', () => {
    const snappy = codecs.get('snappy')?.compress ?? never()
    const xerial = (data: Buffer) => {
      const blocks = [data.subarray(0, 50), data.subarray(50)].map((block) => {
        const packed = snappy(block)
        const length = Buffer.alloc(4)
        length.writeInt32BE(packed.length)
        return Buffer.concat([length, packed])
      })
      const head = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0, 0, 0, 0, 1, 0, 0, 0, 1])
      return Buffer.concat([head, ...blocks])
    }
    const list = Array.from({ length: 20 }, (_, n) => ({ value: Buffer.alloc(30, `${n}`) }))
    const batch = recordBatch(list, { codec: { attributes: 2, compress: xerial } })
    expect(read(batch).received).toMatchObject({ records: 20, bytes: 600 })
    for (let cut = 62; cut < batch.length; cut += 1) {
      const short = Buffer.from(batch.subarray(0, cut))
      short.writeInt32BE(cut - 12, 8)
      expect(read(short).fault).toBe('CORRUPT_MESSAGE')
    }
  })
})

describe('lz4 frames of blocks that did not get smaller', () => {
  const lz4 = codecs.get('lz4')?.compress ?? never()
  const noise = Buffer.from(Array.from({ length: 200_000 }, (_, n) => (n * n * 2_654_435_761) >>> 24))

  it('are read like all others, also where the buffer is used again', () => {
    const half = Buffer.concat([noise.subarray(0, 100_000), Buffer.alloc(100_000)])
    for (const content of [noise, half, noise.subarray(0, 5), Buffer.alloc(0), noise.subarray(0, 70_000)]) {
      // toEqual would take seconds
      for (const [, , , decompress] of [decompressors, reusing]) {
        expect(content.equals(decompress?.(lz4(content)) ?? never())).toBe(true)
      }
    }
  })

  it('are copied block by block, with and without checksums and size', () => {
    for (const flags of [0x40, 0x50, 0x48, 0x58]) {
      const size = flags & 0x08 ? Buffer.alloc(8, 1) : Buffer.alloc(0)
      const checksum = flags & 0x10 ? Buffer.alloc(4, 2) : Buffer.alloc(0)
      const blocks = ['first', 'and second'].map((text) => {
        const length = Buffer.alloc(4)
        length.writeUInt32LE(0x80000000 + text.length)
        return Buffer.concat([length, Buffer.from(text), checksum])
      })
      const head = Buffer.from([0x04, 0x22, 0x4d, 0x18, flags, 0x40, ...size, 0])
      const frame = Buffer.concat([head, ...blocks, Buffer.alloc(4)])
      expect(`${reusing[3]?.(frame)}`).toBe('firstand second')
      // A frame without its end may give what it has, as the library does
      for (let cut = 1; cut < frame.length; cut += 1) {
        expect('firstand second'.startsWith(attempt(() => `${reusing[3]?.(frame.subarray(0, cut))}`))).toBe(
          true,
        )
      }
    }
  })
})

describe('zstd frames that do not say how much they hold', () => {
  it.each([1, 30])('are read, %i blocks of 128 KiB', (blocks) => {
    const content = 128 * 1024 * blocks
    // One record whose value is all `a`, as a zstd frame of run-length blocks can only be built for equal bytes:
    // so what is read is no record, but it is all there
    const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])]
    for (let n = 1; n <= blocks; n += 1) {
      const head = ((128 * 1024) << 3) | 0b10 | (n === blocks ? 1 : 0)
      parts.push(Buffer.from([head & 255, (head >> 8) & 255, head >> 16, 0x61]))
    }
    expect(decompressors[4]?.(Buffer.concat(parts)).length).toBe(content)
  })
})

describe('what is no data', () => {
  it('is left out: the marker of a transaction', () => {
    const bytes = Buffer.concat([
      plainBatch(0, 2),
      marker(2, 7, 'commit'),
      plainBatch(3, 1),
      marker(4, 7, 'abort'),
    ])
    expect(read(bytes)).toMatchObject({
      received: { records: 3, firstOffset: 0, lastOffset: 3 },
      batches: 2,
      nextOffset: 5,
    })
  })

  it('is left out: what belongs to an aborted transaction, up to its marker', () => {
    const by = (producerId: number, baseOffset: number) =>
      recordBatch([{ value: Buffer.of(producerId) }], { baseOffset, producerId, attributes: TRANSACTIONAL })
    const log = Buffer.concat([
      by(7, 0), // committed
      marker(1, 7, 'commit'),
      by(7, 2), // aborted
      by(8, 3), // committed
      plainBatch(4, 1),
      by(7, 5), // aborted
      marker(6, 7, 'abort'),
      marker(7, 8, 'commit'),
      by(7, 8), // committed again
      by(8, 9), // aborted
    ])
    const aborted = [
      { producerId: 7, firstOffset: 2 },
      { producerId: 8, firstOffset: 9 },
    ]
    const found = read(log, { aborted, decode: looking })
    expect(visited(found.received).map(({ offset }) => offset)).toEqual([0, 3, 4, 8])
    expect(found.nextOffset).toBe(10)
    expect(read(log).received?.records).toBe(7)
  })

  it('is left out: a batch that is cut off', () => {
    const [first, second] = [plainBatch(0, 3), plainBatch(3, 3)]
    for (let cut = 0; cut < second.length; cut += 1) {
      const found = read(Buffer.concat([first, second.subarray(0, cut)]))
      expect(found).toMatchObject({
        received: { records: 3 },
        nextOffset: 3,
        scanned: 3,
        scanFault: undefined,
      })
    }
  })
})

describe('what cannot be read', () => {
  it('is told where a CRC is wrong, if CRCs are checked', () => {
    const bad = plainBatch(3, 3)
    bad[70] = (bad[70] ?? 0) ^ 1
    const log = Buffer.concat([plainBatch(0, 3), bad])
    expect(read(log, { decode: looking })).toMatchObject({
      received: { records: 3, lastOffset: 2 },
      nextOffset: 3,
      scanned: 6,
      fault: 'CORRUPT_MESSAGE',
    })
    expect(read(log).fault).toBeUndefined()
  })

  it.each([0, 1])('is told of message format %i', (magic) => {
    const old = plainBatch(0, 3)
    old[16] = magic
    expect(read(old)).toMatchObject({ scanFault: 'UNSUPPORTED_FOR_MESSAGE_FORMAT', scanned: 0 })
  })

  it('is told of a codec that there is none of', () => {
    const odd = recordBatch([{ value: Buffer.of(1) }], { codec: { attributes: 5 } })
    expect(read(odd)).toMatchObject({ fault: 'UNSUPPORTED_COMPRESSION_TYPE', nextOffset: 0 })
  })

  it('is a batch that lies behind the wanted offset, which would be read for ever', () => {
    expect(read(plainBatch(0, 3), { from: 3 })).toMatchObject({ scanFault: 'CORRUPT_MESSAGE', scanned: 3 })
  })

  it('never ends in anything but a fault: one byte changed, anywhere', () => {
    for (const name of CODEC_NAMES) {
      const log = batchOf(name)
      for (let at = 0; at < log.length; at += 1) {
        for (const value of [0, 0x7f, 0x80, 0xff]) {
          const bad = Buffer.from(log)
          bad[at] = value
          const found = read(bad, { decode: looking })
          expect(found.received?.records ?? 0).toBeLessThanOrEqual(24)
        }
      }
    }
  })

  it('never ends in anything but a fault: noise in place of records, with no CRC to tell', () => {
    const body = uint8Array({ minLength: 1, maxLength: 200 })
    assert(
      property(body, codecName, integer({ min: -5, max: 300 }), nat(20), (noise, name, count, from) => {
        const bits = CODEC_NAMES.indexOf(name)
        const bad = Buffer.concat([plainBatch(0, 50).subarray(0, 61), noise])
        bad.writeInt32BE(bad.length - 12, 8)
        bad.writeInt16BE(bits, 21)
        bad.writeInt32BE(count, 57)
        const found = read(bad, { from })
        if (found.fault === undefined) expect(found.received?.records ?? 0).toBeLessThanOrEqual(200 / 7)
        else expect(found).toMatchObject({ fault: 'CORRUPT_MESSAGE', received: undefined, nextOffset: from })
      }),
      { numRuns: 300 },
    )
  })

  it('never ends in anything but a fault: noise in place of batches', () => {
    assert(
      property(uint8Array({ maxLength: 300 }), nat(2 ** 31), (noise, from) => {
        expect(read(Buffer.from(noise), { from }).received?.records ?? 0).toBeLessThan(50)
      }),
    )
  })
})

function batchOf(name: CodecName): Buffer {
  const list = Array.from({ length: 12 }, (_, n) => ({
    key: Buffer.from(`key ${n}`),
    value: Buffer.alloc(20, `${n}`),
    headers: [['h', Buffer.from('v')]] as const,
  }))
  const codec = codecs.get(name) ?? never()
  return Buffer.concat([recordBatch(list, { codec }), recordBatch(list, { codec, baseOffset: 12 })])
}

function visited(received: Received | undefined) {
  const seen: Parameters<Parameters<NonNullable<Received['each']>>[0]>[0][] = []
  received?.each?.((one) => seen.push(one))
  return seen
}

function never(): never {
  throw new Error('a codec was wanted')
}

function attempt(run: () => string): string {
  try {
    return run()
  } catch (error) {
    expect(error).toMatchObject({ name: 'ProtocolError' })
    return ''
  }
}
