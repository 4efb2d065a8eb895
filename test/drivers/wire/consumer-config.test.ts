import { describe, expect, it } from 'vitest'
import type { Subscription } from '../../../src/drivers/consumer.ts'
import type { Properties } from '../../../src/drivers/driver.ts'
import { wireDriver } from '../../../src/drivers/wire/driver.ts'

const assigned: Subscription = { kind: 'assigned', from: [] }

const effective = (properties: Properties, subscription: Subscription = assigned) =>
  wireDriver.effectiveConsumer({
    connection: {
      bootstrapServers: 'b:9092',
      clientId: 'c',
      security: { protocol: 'SASL_SSL', sasl: { mechanism: 'PLAIN', username: 'alice', password: 'hush' } },
      connectTimeoutMs: 1000,
    },
    properties,
    subscription,
  })

describe("wire's effective settings of a consumer", () => {
  it("are Java's defaults but for check.crcs, which a note tells", () => {
    const { values, unsupported, notes } = effective({})
    expect(values).toMatchObject({
      'bootstrap.servers': 'b:9092',
      'sasl.mechanism': 'PLAIN',
      'fetch.min.bytes': 1,
      'fetch.max.wait.ms': 500,
      'fetch.max.bytes': 52_428_800,
      'max.partition.fetch.bytes': 1_048_576,
      'isolation.level': 'read_uncommitted',
      'check.crcs': false,
      'request.timeout.ms': 30_000,
    })
    expect(unsupported).toEqual([])
    expect(notes.some((note) => note.includes('check.crcs'))).toBe(true)
  })

  it('are those that were set', () => {
    const properties = { 'check.crcs': 'TRUE', 'isolation.level': 'read_committed', 'client.rack': 'r1' }
    const { values, notes } = effective(properties)
    expect(values).toMatchObject({ ...properties, 'check.crcs': true })
    expect(notes.some((note) => note.includes('check.crcs'))).toBe(false)
  })

  it('hold no secret', () => {
    expect(JSON.stringify(effective({ 'sasl.jaas.config': 'x password="hush";' }))).not.toContain('hush')
  })

  it('list what wire has no equivalent for', () => {
    const properties = { 'max.poll.records': '500', 'enable.auto.commit': 'true', 'key.deserializer': 'x' }
    expect(effective(properties).unsupported).toEqual(['max.poll.records', 'enable.auto.commit'])
  })

  it('refuse a group, and say which driver has them', () => {
    const group: Subscription = { kind: 'group', groupId: 'g', reset: 'earliest' }
    expect(() => effective({}, group)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', hint: expect.stringContaining('--driver confluent') }),
    )
  })

  it.each([
    ['fetch.min.bytes', '-1'],
    ['fetch.max.wait.ms', 'soon'],
    ['max.partition.fetch.bytes', '1.5'],
    ['isolation.level', 'serializable'],
    ['check.crcs', 'yes'],
  ])('refuse %s=%s', (key, value) => {
    expect(() => effective({ [key]: value })).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})
