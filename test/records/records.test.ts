import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TuneError } from '../../src/errors.ts'
import {
  describeKeys,
  describeSize,
  makeRecordSource,
  parseCompressibility,
  parseHeaders,
  parseKeys,
  parseSize,
  type RecordSource,
  type SizeSpec,
} from '../../src/records/index.ts'

const MIB = 1024 ** 2

function codeOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof TuneError) return error.code
    throw error
  }
  return undefined
}

function pool(source: RecordSource): Buffer[] {
  return Array.from({ length: source.poolSize }, (_, n) => source.value(n))
}

describe('values', () => {
  test('by default 1,024 capital letters, 8 MiB of them', () => {
    const source = makeRecordSource({})
    expect(source.poolSize).toBe(8192)
    expect(source.value(5)).toHaveLength(1024)
    expect(source.value(5).toString('latin1')).toMatch(/^[A-Z]+$/)
    expect(source.about).toMatchObject({ values: 'fixed:1024', keys: 'none', headerBytes: 0, seed: 1 })
    expect(source.about.poolBytes).toBe(8 * MIB)
    expect(source.meanBytes).toBe(1024)
    expect(source.maxValueBytes).toBe(1024)
    expect(source.key(3)).toBeNull()
    expect(source.keyed).toBe(false)
  })

  test('every letter is about as frequent as the others', () => {
    const counts = new Map<number, number>()
    const values = pool(makeRecordSource({}))
    for (const value of values) for (const byte of value) counts.set(byte, (counts.get(byte) ?? 0) + 1)
    expect(counts.size).toBe(26)
    const expected = (values.length * 1024) / 26
    for (const count of counts.values()) expect(Math.abs(count / expected - 1)).toBeLessThan(0.01)
  })

  test('the same seed gives the same records, another seed others', () => {
    const spec = { size: parseSize('lognormal:300:0.8'), keys: parseKeys('zipf:100:1') }
    const [one, again, other] = [1, 1, 2].map((seed) => makeRecordSource({ ...spec, seed }))
    expect(one && pool(one).map(String)).toEqual(again && pool(again).map(String))
    expect(one?.value(0).equals(other?.value(0) ?? Buffer.alloc(0))).toBe(false)
    expect(one?.key(77)).toEqual(again?.key(77))
  })

  test('what was made for seed 1 stays what it is, on every machine and version', () => {
    const source = makeRecordSource({ size: parseSize('16'), keys: parseKeys('uniform:1000') })
    expect([0, 1, 9999].map((n) => source.value(n).toString())).toMatchInlineSnapshot(`
      [
        "YGJJIXWCYYLTFDQZ",
        "XZIYQBJFVABAANSN",
        "UCRBUMNGJNANYMHD",
      ]
    `)
    expect([0, 1, 2, 1e9].map((n) => String(source.key(n)))).toMatchInlineSnapshot(`
      [
        "531",
        "344",
        "273",
        "35",
      ]
    `)
  })

  test('record n has value n % poolSize, the very same buffer', () => {
    const source = makeRecordSource({ size: parseSize('100') })
    expect(source.poolSize).toBe(10_000)
    expect(source.value(10_003)).toBe(source.value(3))
    expect(source.value(12_345_678_901)).toBe(source.value(12_345_678_901 % 10_000))
  })

  test('a value larger than the pool is alone in it', () => {
    const source = makeRecordSource({ size: parseSize('1MiB'), poolBytes: 1000 })
    expect([source.poolSize, source.maxValueBytes]).toEqual([1, MIB])
  })

  test('counting values are their number, without end', () => {
    const source = makeRecordSource({ monotonic: true })
    expect(source.value(0).toString()).toBe('0')
    expect(source.value(5_000_000_000).toString()).toBe('5000000000')
    expect(source.bytes(1234)).toBe(4)
    expect(source.about.values).toBe('monotonic')
    let bytes = 0
    for (let n = 0; n < source.poolSize; n += 1) bytes += String(n).length
    expect(source.meanBytes).toBeCloseTo(bytes / source.poolSize, 9)
  })

  test.each([
    [{ payloadFile: 'a', template: 'cdc-event' }],
    [{ payloadFile: 'a', size: parseSize('10') }],
    [{ template: 'cdc-event', compressibility: 2 }],
    [{ monotonic: true, size: parseSize('10') }],
  ])('two ways to say what the values are exclude each other: %o', (spec) => {
    expect(codeOf(() => makeRecordSource(spec))).toBe('USAGE')
  })
})

describe('sizes', () => {
  test.each([
    ['1024', 'fixed:1024'],
    ['1KiB', 'fixed:1024'],
    ['uniform:100:2KB', 'uniform:100:2048'],
    ['normal:1024:200', 'normal:1024:200'],
    ['lognormal:1KiB:0.5', 'lognormal:1024:0.5'],
    ['list:100@70,1KiB@25,10KiB', 'list:100@70,1024@25,10240@1'],
  ])('%s is %s', (text, described) => expect(describeSize(parseSize(text))).toBe(described))

  test.each([
    '0',
    '-1',
    '',
    'big',
    'uniform:100',
    'uniform:200:100',
    'uniform:1:2:3',
    'normal::3',
    'lognormal:10:9',
    'lognormal:10:',
    'list:',
    'list:5@0',
    'list:5@1@2',
    'poisson:1:2',
    '1GiB',
  ])("'%s' is refused", (text) => expect(codeOf(() => parseSize(text))).toBe('USAGE'))

  const mean = (text: string) => makeRecordSource({ size: parseSize(text), poolBytes: 4 * MIB })

  test('a pool has the mean and the range of its distribution', () => {
    const uniform = mean('uniform:100:300')
    expect(uniform.meanBytes).toBeGreaterThan(196)
    expect(uniform.meanBytes).toBeLessThan(204)
    expect(uniform.maxValueBytes).toBe(300)
    expect(Math.min(...pool(uniform).map(({ length }) => length))).toBe(100)
    const normal = mean('normal:500:50')
    expect(Math.abs(normal.meanBytes - 500)).toBeLessThan(5)
    const sd = Math.sqrt(
      pool(normal).reduce((sum, { length }) => sum + (length - 500) ** 2, 0) / normal.poolSize,
    )
    expect(Math.abs(sd - 50)).toBeLessThan(3)
    const sizes = pool(mean('lognormal:200:0.5'))
      .map(({ length }) => length)
      .sort((a, b) => a - b)
    expect(Math.abs((sizes[sizes.length >> 1] ?? 0) - 200)).toBeLessThan(8)
    const listed = pool(mean('list:10@3,20@1')).map(({ length }) => length)
    expect(new Set(listed)).toEqual(new Set([10, 20]))
    expect(listed.filter((size) => size === 10).length / listed.length).toBeCloseTo(0.75, 1)
  })

  test('no draw is below 1 byte', () => {
    const source = makeRecordSource({ size: { kind: 'normal', meanBytes: 5, sdBytes: 50 } })
    expect(Math.min(...pool(source).map(({ length }) => length))).toBe(1)
  })

  test('means and totals are those of the records, whatever they are', () => {
    const sizes: fc.Arbitrary<SizeSpec> = fc.oneof(
      fc.record({ kind: fc.constant('fixed'), bytes: fc.integer({ min: 1, max: 3000 }) }),
      fc.record({
        kind: fc.constant('uniform'),
        minBytes: fc.integer({ min: 1, max: 100 }),
        maxBytes: fc.integer({ min: 100, max: 3000 }),
      }),
    )
    fc.assert(
      fc.property(sizes, fc.nat(), fc.constantFrom('none', 'range:20', 'uniform:7'), (size, seed, keys) => {
        const headers = parseHeaders(['a=bc'], 1)
        const source = makeRecordSource({ size, seed, keys: parseKeys(keys), headers, poolBytes: 20_000 })
        const values = pool(source)
        const total = values.reduce((sum, { length }) => sum + length, 0)
        expect(source.about.poolBytes).toBe(total)
        expect(source.about.meanValueBytes).toBe(total / values.length)
        expect(source.maxValueBytes).toBe(Math.max(...values.map(({ length }) => length)))
        for (const n of [0, 1, values.length, 123_456]) {
          expect(source.bytes(n)).toBe(source.value(n).length + (source.key(n)?.length ?? 0) + 3)
        }
      }),
      { numRuns: 30 },
    )
  })
})

describe('compressibility', () => {
  test.each([
    ['3x', 3],
    ['1x', 1],
    ['1.5X', 1.5],
    ['60%', 2.5],
    ['0.75', 4],
    ['0', 1],
  ])('%s is %d to 1', (text, ratio) => expect(parseCompressibility(text)).toBeCloseTo(ratio, 9))

  test.each(['3', '0.5x', '100%', '1', '200x', '-1x', 'much', ''])("'%s' is refused", (text) =>
    expect(codeOf(() => parseCompressibility(text))).toBe('USAGE'),
  )

  test.each([1.5, 3, 10])('asked for %dx, gzip gets within 3 per cent of it', (ratio) => {
    for (const size of ['100', '1024', 'uniform:50:4000', '300KiB']) {
      const source = makeRecordSource({ size: parseSize(size), compressibility: ratio })
      expect(Math.abs(source.about.gzipRatio / ratio - 1)).toBeLessThan(0.03)
    }
  })

  test('the ratio told is that of the values, not of the wish', () => {
    const source = makeRecordSource({ size: parseSize('1024'), compressibility: 3 })
    const sample = Buffer.concat(pool(source).slice(0, 256))
    expect(source.about.gzipRatio).toBeCloseTo(sample.length / gzipSync(sample).length, 6)
    expect(source.about.values).toBe('fixed:1024 3x')
  })

  test('random letters compress by 1.6 at most, and 1x not at all', () => {
    expect(makeRecordSource({}).about.gzipRatio).toBeGreaterThan(1.5)
    expect(makeRecordSource({}).about.gzipRatio).toBeLessThan(1.75)
    expect(makeRecordSource({ compressibility: 1 }).about.gzipRatio).toBe(1)
  })
})

describe('keys', () => {
  test.each(['none', 'uniform:1000', 'range:7', 'zipf:1000:1.1'])('%s reads as it was written', (text) =>
    expect(describeKeys(parseKeys(text))).toBe(text),
  )

  test.each([
    '',
    'some',
    'uniform',
    'uniform:0',
    'uniform:x',
    'uniform:5:6',
    'zipf:10:9',
    'zipf:10:',
    'zipf:1e9:1',
    'none:3',
  ])("'%s' is refused", (text) => expect(codeOf(() => parseKeys(text))).toBe('USAGE'))

  const shares = (text: string, draws = 200_000) => {
    const source = makeRecordSource({ size: parseSize('10'), keys: parseKeys(text) })
    const counts = new Map<string, number>()
    for (let n = 0; n < draws; n += 1) {
      const key = String(source.key(n))
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    return { source, counts }
  }

  test('range goes round in order', () => {
    const { source } = shares('range:3', 1)
    expect([0, 1, 2, 3, 4].map((n) => String(source.key(n)))).toEqual(['0', '1', '2', '0', '1'])
    expect(source.keyed).toBe(true)
    expect(source.about.keys).toBe('range:3')
  })

  test('uniform keys are all there, equally often', () => {
    const { counts } = shares('uniform:20')
    expect(counts.size).toBe(20)
    for (const count of counts.values()) expect(Math.abs(count / 10_000 - 1)).toBeLessThan(0.05)
  })

  test.each(['zipf:1000:1', 'zipf:100000:1'])(
    '%s: key i has a share of 1 / (i + 1), over their sum',
    (text) => {
      const { counts } = shares(text)
      const keys = Number(text.split(':')[1])
      let sum = 0
      for (let i = 1; i <= keys; i += 1) sum += 1 / i
      for (const i of [0, 1, 2, 9]) {
        const expected = 200_000 / (i + 1) / sum
        expect(Math.abs((counts.get(String(i)) ?? 0) / expected - 1)).toBeLessThan(0.1)
      }
    },
  )

  test('a million keys are not kept, and are as stable as few', () => {
    const { source, counts } = shares('uniform:1M', 100_000)
    expect(counts.size).toBeGreaterThan(94_000)
    expect(source.key(77)).toEqual(source.key(77))
    expect(source.bytes(77)).toBe(10 + (source.key(77)?.length ?? 0))
    expect(source.meanBytes).toBeGreaterThan(15.8)
    expect(source.meanBytes).toBeLessThan(16)
  })
})

describe('headers', () => {
  test('name=value, or so many of so many bytes', () => {
    const headers = parseHeaders(['source=loans=2', '2x20', 'empty='], 1)
    expect(headers.map(({ key }) => key)).toEqual(['source', 'header-1', 'header-2', 'empty'])
    expect(headers[0]?.value).toBe('loans=2')
    expect(headers[1]?.value).toHaveLength(20)
    expect(headers[1]?.value).not.toBe(headers[2]?.value)
    const source = makeRecordSource({ size: parseSize('10'), headers })
    expect(source.about.headerBytes).toBe(13 + 28 + 28 + 5)
    expect(source.bytes(0)).toBe(10 + 74)
    expect(source.headers[0]?.value).toEqual(Buffer.from('loans=2'))
  })

  test.each(['', '=x', 'name', '0x5', '5x', '5xbig', '9999x1'])("'%s' is refused", (text) =>
    expect(codeOf(() => parseHeaders([text], 1))).toBe('USAGE'),
  )
})
