import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { makeRecordSource } from '../../src/records/index.ts'
import { PLACEHOLDERS } from '../../src/records/placeholders.ts'
import { randomOf } from '../../src/records/random.ts'
import { compileTemplate } from '../../src/records/template.ts'

const folder = mkdtempSync(join(tmpdir(), 'tune-template-'))
afterAll(() => rmSync(folder, { recursive: true }))

function filled(template: unknown, seq = 0, seed = 1): unknown {
  const random = randomOf(seed, 9)
  return JSON.parse(compileTemplate(JSON.stringify(template), 't.json', true)({ random, seq }))
}

describe('a payload template', () => {
  test('keeps what has no fields as it is', () => {
    const plain = { a: [1, 'x"\\', null, true, {}, []], '': { b: 1.5 } }
    expect(filled(plain)).toEqual(plain)
  })

  test('a field alone takes its own type, within a text it is text', () => {
    expect(filled({ n: '{{seq:10}}', id: 'loan-{{seq}}/{{seq:5}}', '{{seq}}': '{{ iso }}' }, 7)).toEqual({
      n: 17,
      id: 'loan-7/12',
      '7': '2026-01-01T00:00:00.007Z',
    })
  })

  test('fields are what they are called', () => {
    for (let seq = 0; seq < 200; seq += 1) {
      const fields = filled(
        {
          uuid: '{{uuid}}',
          int: '{{int:-3:3}}',
          float: '{{float:1:2:3}}',
          pick: '{{pick:a b,c:d}}',
          bool: '{{bool}}',
          string: '{{string:21}}',
          hex: '{{hex:9}}',
          timestamp: '{{timestamp}}',
        },
        seq,
        seq,
      )
      expect(fields).toEqual({
        uuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        int: expect.toSatisfy((n: number) => Number.isInteger(n) && n >= -3 && n <= 3),
        float: expect.toSatisfy((n: number) => n >= 1 && n <= 2 && Number(n.toFixed(3)) === n),
        pick: expect.stringMatching(/^(a b|c:d)$/),
        bool: expect.any(Boolean),
        string: expect.stringMatching(/^[A-Z]{21}$/),
        hex: expect.stringMatching(/^[0-9a-f]{9}$/),
        timestamp: Date.UTC(2026, 0, 1) + seq,
      })
    }
  })

  test('the example of every field works', () => {
    for (const { example } of Object.values(PLACEHOLDERS)) {
      for (const one of example.split(' or ')) {
        expect(filled([one])).not.toEqual([one])
      }
    }
  })

  test('what a field gives is escaped for JSON', () => {
    expect(filled({ a: '{{pick:say "hi"\\}}', b: 'x{{pick:"}}' })).toEqual({ a: 'say "hi"\\', b: 'x"' })
  })

  test('a file that is no .json is taken as text', () => {
    const fill = compileTemplate('{{seq}};{{pick:x}}\n', 't.csv', false)
    expect(fill({ random: randomOf(1, 1), seq: 3 })).toBe('3;x\n')
  })

  test.each([
    ['{{sequ}}', /unknown field {{sequ}}/, /did you mean seq/],
    ['{{toString}}', /unknown field/, /string/],
    ['{{int:5:1}}', /{{int:5:1}} does not fit/, /{{int:1:100}}/],
    ['{{int:5}}', /does not fit/, /{{int:1:100}}/],
    ['{{uuid:4}}', /does not fit/, /{{uuid}}/],
    ['{{string:-1}}', /does not fit/, /{{string:20}}/],
    ['{{float:1:2:99}}', /does not fit/, /float/],
    ['{{pick:}}', /does not fit/, /pick/],
  ])('%s is an error with a hint', (text, message, hint) => {
    expect(() => filled([text])).toThrow(
      expect.objectContaining({
        code: 'CONFIG',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    )
  })

  test('that is no JSON is an error that names the file', () => {
    writeFileSync(join(folder, 'bad.json'), '{"a": {{int:1:2}}}')
    expect(() => makeRecordSource({ template: './bad.json' }, folder)).toThrow(/^\.\/bad\.json is no JSON: /)
  })

  test('an unknown name gets the nearest one', () => {
    expect(() => makeRecordSource({ template: 'cdc-evnt' })).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('cdc-event?') }),
    )
  })

  test('cdc-event is the guide’s event: a header, and a body with entities', () => {
    const source = makeRecordSource({ template: 'cdc-event' })
    expect(source.about.values).toBe('template:cdc-event')
    expect(source.poolSize).toBe(10_000)
    const event: unknown = JSON.parse(source.value(5).toString())
    expect(event).toMatchObject({
      eventHeader: { eventName: 'LoanCreated', createdDate: Date.UTC(2026, 0, 1) + 5 },
      eventBody: {
        entities: [{ entityType: 'Loan', entityId: 'loan-100005' }, { entityType: 'Car' }],
      },
    })
    expect(source.value(6).equals(source.value(5))).toBe(false)
    expect(makeRecordSource({ template: 'cdc-event' }).value(77)).toEqual(source.value(77))
  })
})
