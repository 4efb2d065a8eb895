import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSchemaCache } from '../../../src/http/cache/schema-cache.ts'
import type { ConverterSettings, FieldMapping, TransformSettings } from '../../../src/http/setup.ts'
import { createConversion } from '../../../src/http/transform/conversion.ts'
import { schemaOf, shapeOf } from '../../../src/http/transform/schema.ts'

const AS_IS: TransformSettings = {
  enabled: true,
  mappings: [],
  validation: false,
  enrichment: false,
  maxRecordBytes: 1_048_576,
  onError: 'skip',
}
const JSON_ONLY: ConverterSettings = { key: 'string', value: 'json' }
const AT = { source: 'users', epochMs: Date.UTC(2026, 0, 1) }

function conversion(transform: Partial<TransformSettings>, converters: Partial<ConverterSettings> = {}) {
  let nowMs = 0
  // A ms each time it is looked at
  const made = createConversion(
    { transform: { ...AS_IS, ...transform }, converters: { ...JSON_ONLY, ...converters } },
    () => nowMs++,
  )
  return {
    ...made,
    texts: (records: readonly unknown[]) => made.convert(records, AT).values.map((value) => value.toString()),
  }
}

const MAPPINGS: readonly FieldMapping[] = [
  { source: 'id', target: 'record_id', type: 'STRING' },
  { source: 'user.age', target: 'age', type: 'INTEGER' },
  { source: 'at', target: 'at', type: 'TIMESTAMP' },
]
const GOOD = { id: 7, user: { age: '42' }, at: '2026-01-01T00:00:00Z', more: 1 }

describe('a record', () => {
  it('is as it was where nothing is to be done', () => {
    expect(conversion({}).texts([{ a: 1 }, [1], 'x', null])).toEqual(['{"a":1}', '[1]', '"x"', 'null'])
    const body = Buffer.from('whole page')
    expect(conversion({}).convert([body], AT).values[0]).toBe(body)
  })

  it('has its mapped fields and no others', () => {
    expect(conversion({ mappings: MAPPINGS }).texts([GOOD])).toEqual([
      `{"record_id":"7","age":42,"at":${Date.UTC(2026, 0, 1)}}`,
    ])
    expect(conversion({ enabled: false, mappings: MAPPINGS }).texts([{ id: 1 }])).toEqual(['{"id":1}'])
  })

  it('has null for what is missing or wrong, and is an error where it is validated', () => {
    const bad = [{ id: 1 }, { ...GOOD, user: { age: 'old' } }]
    expect(conversion({ mappings: MAPPINGS }).texts(bad)).toEqual([
      '{"record_id":"1","age":null,"at":null}',
      `{"record_id":"7","age":null,"at":${Date.UTC(2026, 0, 1)}}`,
    ])
    const { convert, counts } = conversion({ mappings: MAPPINGS, validation: true })
    const { values, rejected, isOver } = convert([...bad, GOOD], AT)
    expect(values).toHaveLength(1)
    expect(rejected).toEqual([
      { code: 'FIELD_MISSING', message: 'there is no user.age', record: bad[0] },
      { code: 'FIELD_TYPE', message: 'user.age is no INTEGER', record: bad[1] },
    ])
    expect(isOver).toBe(false)
    expect(counts()).toMatchObject({ records: 1, rejected: { FIELD_MISSING: 1, FIELD_TYPE: 1 } })
  })

  it('is told where and when it was read', () => {
    const { texts, convert } = conversion({ enrichment: true })
    expect(texts([{ a: 1 }])).toEqual([`{"a":1,"_source":"users","_read_at":${AT.epochMs}}`])
    expect(convert([7], AT).rejected).toMatchObject([{ code: 'NO_OBJECT' }])
  })

  it('is refused where it is too large, and what is as large as allowed is not', () => {
    const { convert } = conversion({ maxRecordBytes: 9 })
    const { values, rejected } = convert([{ a: 123 }, { a: 1234 }], AT)
    expect(values.map(String)).toEqual(['{"a":123}'])
    expect(rejected).toMatchObject([{ code: 'RECORD_TOO_LARGE', message: 'it has 10 B, more than 9' }])
  })

  it('ends all where one in error is to', () => {
    const { convert, counts } = conversion({ mappings: MAPPINGS, validation: true, onError: 'fail' })
    const { values, rejected, isOver } = convert([GOOD, {}, GOOD, {}], AT)
    expect([values.length, rejected?.length, isOver]).toEqual([1, 1, true])
    expect(counts().rejected).toEqual({ FIELD_MISSING: 1 })
  })

  it('has a key by a path in what was read, and null where there is none', () => {
    const { convert, counts } = conversion({ mappings: MAPPINGS }, { keyPath: 'user.id' })
    const { keys } = convert([{ user: { id: 'ü' } }, { user: { id: 12 } }, {}], AT)
    expect(keys?.map((key) => key?.toString())).toEqual(['ü', '12', undefined])
    expect(counts().keyBytes).toBe(4)
  })

  it('has no key where it was not written', () => {
    const { convert } = conversion({ mappings: MAPPINGS, validation: true }, { keyPath: 'id' })
    const { keys, values } = convert([{}, GOOD, {}], AT)
    expect([keys?.map(String), values.length]).toEqual([['7'], 1])
  })
})

describe('a value', () => {
  it.each([
    ['string' as const, 'text', 'text'],
    ['string' as const, { a: 1 }, '{"a":1}'],
    ['json' as const, 'text', '"text"'],
    [
      'json-with-schema' as const,
      { id: 1, name: null, price: 1.5, tags: ['a'], ok: true },
      '{"schema":{"type":"struct","optional":true,"fields":[' +
        '{"type":"int64","optional":true,"field":"id"},{"type":"string","optional":true,"field":"name"},' +
        '{"type":"double","optional":true,"field":"price"},' +
        '{"type":"array","optional":true,"items":{"type":"string","optional":true},"field":"tags"},' +
        '{"type":"boolean","optional":true,"field":"ok"}]},' +
        '"payload":{"id":1,"name":null,"price":1.5,"tags":["a"],"ok":true}}',
    ],
  ])('by %s: %j', (value, record, text) => {
    expect(conversion({}, { value }).texts([record])).toEqual([text])
  })

  it('has the schema that its mappings promise, as Connect names it', () => {
    const [text = ''] = conversion(
      { mappings: MAPPINGS, validation: true },
      { value: 'json-with-schema' },
    ).texts([GOOD])
    expect(JSON.parse(text)).toEqual({
      schema: {
        type: 'struct',
        optional: false,
        fields: [
          { type: 'string', optional: false, field: 'record_id' },
          { type: 'int32', optional: false, field: 'age' },
          {
            type: 'int64',
            name: 'org.apache.kafka.connect.data.Timestamp',
            version: 1,
            optional: false,
            field: 'at',
          },
        ],
      },
      payload: { record_id: '7', age: 42, at: Date.UTC(2026, 0, 1) },
    })
  })

  it('tells what of it is envelope, in bytes, and how long it took', () => {
    const plain = conversion({ mappings: MAPPINGS })
    const wrapped = conversion({ mappings: MAPPINGS }, { value: 'json-with-schema' })
    const sizes = [plain, wrapped].map(({ convert }) =>
      convert([GOOD, GOOD], AT).values.map((value) => value.length),
    )
    const [bare = [], full = []] = sizes
    const payloadBytes = (bare[0] ?? 0) * 2
    expect(plain.counts()).toMatchObject({ records: 2, payloadBytes, envelopeBytes: 0 })
    expect(wrapped.counts()).toMatchObject({
      records: 2,
      payloadBytes,
      envelopeBytes: (full[0] ?? 0) * 2 - payloadBytes,
      transformMs: 1,
      convertMs: 1,
    })
    wrapped.reset()
    expect(wrapped.counts()).toMatchObject({ records: 0, payloadBytes: 0, envelopeBytes: 0, convertMs: 0 })
  })

  it('comes back as it was, with a schema that fits it', () => {
    const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)
    fc.assert(
      fc.property(json, (record) => {
        for (const value of ['json', 'json-with-schema'] as const) {
          const { texts, counts } = conversion({}, { value })
          const [text = ''] = texts([record])
          const parsed: unknown = JSON.parse(text)
          expect(value === 'json' ? parsed : Reflect.get(Object(parsed), 'payload')).toEqual(record)
          const { payloadBytes, envelopeBytes } = counts()
          expect(payloadBytes + envelopeBytes).toBe(Buffer.byteLength(text))
          expect(payloadBytes).toBe(Buffer.byteLength(JSON.stringify(record)))
        }
      }),
    )
  })
})

describe('schemas', () => {
  it('are the same for records of the same shape, and only for them', () => {
    const json = fc.jsonValue({ maxDepth: 2 })
    fc.assert(
      fc.property(json, json, (a, b) => {
        const isSame = JSON.stringify(schemaOf(a)) === JSON.stringify(schemaOf(b))
        if (shapeOf(a) === shapeOf(b)) expect(isSame).toBe(true)
        // A null has the schema of a text, but may have another one day
        else if (!/n/.test(shapeOf(a).replaceAll(/"[^"]*"/g, '') + shapeOf(b).replaceAll(/"[^"]*"/g, ''))) {
          expect(isSame).toBe(false)
        }
      }),
    )
  })

  it('are found once and kept, where there is a cache for them', () => {
    const schemas = createSchemaCache({ maxEntries: 10, ttlMs: 1000 }, () => 0)
    const settings = { transform: AS_IS, converters: { key: 'string', value: 'json-with-schema' } } as const
    const { convert } = createConversion(settings, () => 0, schemas)
    for (let page = 0; page < 3; page++) convert([{ a: 1 }, { a: 2 }, { a: 'x' }], AT)
    expect(schemas.counts()).toMatchObject({ lookups: 9, hits: 7, entries: 2 })
  })
})
