import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { parseDelimiter, readPayloadFile } from '../../src/records/file.ts'
import { makeRecordSource } from '../../src/records/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'tune-payload-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('a payload file', () => {
  test('has a value a line, in its order; empty ones count inside, not at the end', () => {
    const { values, truncated } = readPayloadFile(file('lines', 'one\n\nthree\n\n'), '\n')
    expect(values.map(String)).toEqual(['one', '', 'three'])
    expect(truncated).toBe(false)
  })

  test('needs no delimiter at its end', () => {
    expect(readPayloadFile(file('last', 'a\nb'), '\n').values.map(String)).toEqual(['a', 'b'])
    expect(readPayloadFile(file('one', 'abc'), '\n').values.map(String)).toEqual(['abc'])
  })

  test('may hold any bytes between any delimiter', () => {
    const bytes = Uint8Array.of(0xff, 0x00, 0x1e, 0xc3, 0x28, 0x1e)
    const { values } = readPayloadFile(file('binary', bytes), parseDelimiter('\\x1e'))
    expect(values.map((value) => [...value])).toEqual([
      [0xff, 0x00],
      [0xc3, 0x28],
    ])
    const euro = readPayloadFile(file('euro', 'a€b'), '€')
    expect(euro.values.map(String)).toEqual(['a', 'b'])
  })

  test('is the pool of a record source, whose paths are relative to the folder given', () => {
    file('events.ndjson', '{"a":1}\r\n{"b":22}')
    const source = makeRecordSource({ payloadFile: 'events.ndjson', delimiter: '\\r\\n' }, folder)
    expect(source.about).toMatchObject({ values: 'file:events.ndjson', poolRecords: 2, poolBytes: 15 })
    expect(source.value(3).toString()).toBe('{"b":22}')
    expect(source.maxValueBytes).toBe(8)
  })

  test('of more than 100,000 values gives the first of them, and says so', () => {
    file('long', 'x\n'.repeat(100_001))
    expect(makeRecordSource({ payloadFile: 'long' }, folder).about).toMatchObject({
      values: 'file:long (its first 100000 records)',
      poolRecords: 100_000,
    })
    const exact = readPayloadFile(file('exact', 'x\n'.repeat(100_000)), '\n')
    expect([exact.values.length, exact.truncated]).toEqual([100_000, false])
  })

  test.each([
    ['empty', ''],
    ['only-newlines', '\n\n\n'],
  ])('%s is an error', (name, content) => {
    expect(() => readPayloadFile(file(name, content), '\n')).toThrow(
      expect.objectContaining({ code: 'CONFIG', message: expect.stringContaining('holds no records') }),
    )
  })

  test('that is missing, or a folder, is an error that names it', () => {
    expect(() => readPayloadFile(join(folder, 'nowhere'), '\n')).toThrow(/nowhere: there is no such file/)
    expect(() => readPayloadFile(folder, '\n')).toThrow(/it is a folder/)
  })

  test('gives back what was joined', () => {
    const value = fc
      .uint8Array({ minLength: 1, maxLength: 20 })
      .map((bytes) => bytes.map((b) => (b === 10 ? 11 : b)))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
        const joined = Buffer.concat(values.flatMap((bytes) => [bytes, Buffer.from('\n')]))
        const back = readPayloadFile(file('joined', joined), '\n').values
        expect(back.map((bytes) => [...bytes])).toEqual(values.map((bytes) => [...bytes]))
      }),
      { numRuns: 50 },
    )
  })
})

describe('a delimiter', () => {
  test.each([
    ['\\n', '\n'],
    ['\n', '\n'],
    ['\\r\\n', '\r\n'],
    ['\\t', '\t'],
    ['\\0', '\0'],
    ['\\x1E', '\x1e'],
    ['a\\\\b', 'a\\b'],
    [';', ';'],
  ])('%j is %j', (text, meant) => expect(parseDelimiter(text)).toBe(meant))

  test.each(['', '\\q', 'x\\', '\\x1'])('%j is refused', (text) => {
    expect(() => parseDelimiter(text)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})
