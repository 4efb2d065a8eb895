import { describe, expect, it } from 'vitest'
import type { Properties } from '../../../src/drivers/driver.ts'
import { wireDriver } from '../../../src/drivers/wire/driver.ts'
import { sourceOf, values } from './source.ts'

const effective = (properties: Properties, headers: { key: string; value: Buffer }[] = []) =>
  wireDriver.effective({
    connection: {
      bootstrapServers: 'b:9092',
      clientId: 'c',
      security: { protocol: 'SASL_SSL', sasl: { mechanism: 'PLAIN', username: 'alice', password: 'hush' } },
      connectTimeoutMs: 1000,
    },
    properties,
    source: { ...sourceOf(values(1, 10)), headers },
  })

describe("wire's effective settings", () => {
  it("are Java's defaults but for the batch size, which a note tells", () => {
    const { values, unsupported, notes } = effective({})
    expect(values).toMatchObject({
      acks: 'all',
      'batch.size': 131_072,
      'linger.ms': 5,
      'buffer.memory': 33_554_432,
    })
    expect(unsupported).toEqual([])
    expect(notes.some((note) => note.includes('batch.size'))).toBe(true)
  })

  it('hold no secret', () => {
    expect(JSON.stringify(effective({ 'sasl.jaas.config': 'x password="hush";' }))).not.toContain('hush')
  })

  it('list what wire has no equivalent for', () => {
    expect(effective({ 'max.block.ms': '1', 'partitioner.class': 'x', acks: '1' }).unsupported).toEqual([
      'max.block.ms',
      'partitioner.class',
    ])
  })

  it('list settings of a login that wire does not have, which are no part of the connection', () => {
    expect(effective({ 'ssl.provider': 'x', 'security.protocol': 'SSL' }).unsupported).toEqual([
      'ssl.provider',
    ])
  })

  it.each([
    ['lingers.ms', 'linger.ms'],
    ['ssl.truststore.locations', 'ssl.truststore.location'],
    ['sasl.mechanisme', 'sasl.mechanism'],
  ])('refuse the unknown name %s, and know %s', (wrong, right) => {
    expect(() => effective({ [wrong]: '5' })).toThrow(
      expect.objectContaining({ code: 'CONFIG', hint: expect.stringContaining(right) }),
    )
  })

  it.each([[{ 'enable.idempotence': 'true' }], [{ 'transactional.id': 'x' }]])(
    'refuse %o',
    (properties: Properties) => {
      expect(() => effective(properties)).toThrow(
        expect.objectContaining({ code: 'UNSUPPORTED', exitCode: 2 }),
      )
    },
  )

  it('refuse headers', () => {
    expect(() => effective({}, [{ key: 'a', value: Buffer.from('b') }])).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED' }),
    )
  })

  it.each([
    ['acks', '2'],
    ['batch.size', '-1'],
    ['linger.ms', '1.5'],
    ['linger.ms', ''],
    ['compression.type', 'brotli'],
    ['compression.gzip.level', '10'],
  ])('refuse %s=%s', (key, value) => {
    expect(() => effective({ [key]: value })).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})

describe('the wire driver', () => {
  it('says what its figures mean, and which library it stands on', () => {
    expect(wireDriver.label).toBe("wire (broker capacity; an application's client will be slower)")
    expect(wireDriver.version()).toMatch(/^@platformatic\/kafka \d+\.\d+\.\d+/)
  })
})
