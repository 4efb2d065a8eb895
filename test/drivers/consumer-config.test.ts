import { describe, expect, it } from 'vitest'
import { consumerConfig, effectiveConsumerConfig } from '../../src/drivers/confluent/consumer-config.ts'
import type { ConsumerPlan } from '../../src/drivers/consumer.ts'
import type { Connection, Properties } from '../../src/drivers/driver.ts'
import * as kafkajs from '../../src/drivers/kafkajs/consumer-config.ts'
import { connectionTo } from './plan.ts'

const GROUP: ConsumerPlan['subscription'] = { kind: 'group', groupId: 'g', reset: 'earliest' }
const ASSIGNED: ConsumerPlan['subscription'] = { kind: 'assigned', from: [{ partition: 1, offset: 7 }] }

const planOf = (
  properties: Properties,
  subscription: ConsumerPlan['subscription'] = GROUP,
  connection: Connection = connectionTo('a:1'),
) => ({ connection, properties, subscription })

const secret = connectionTo('a:1', {
  security: {
    protocol: 'SASL_SSL',
    sasl: { mechanism: 'PLAIN', username: 'u', password: 'TOPSECRET' },
    tls: { verifyHostname: true, key: 'TOPSECRET', keyPassword: 'TOPSECRET' },
  },
})

describe('a consumer of librdkafka', () => {
  it('has group and reset from the subscription', () => {
    expect(consumerConfig(planOf({}, GROUP, secret)).config).toMatchObject({
      'group.id': 'g',
      'auto.offset.reset': 'earliest',
      'sasl.password': 'TOPSECRET',
    })
  })

  it('is polled for max.poll.records, which librdkafka does not get', () => {
    const { config, pollRecords } = consumerConfig(planOf({ 'max.poll.records': '17' }))
    expect(pollRecords).toBe(17)
    expect(config).not.toHaveProperty(['max.poll.records'])
    expect(effectiveConsumerConfig(planOf({ 'max.poll.records': '17' }))).toMatchObject({
      values: { 'max.poll.records': 17 },
      unsupported: [],
    })
  })

  it('leaves out and reports what the broker decides with group.protocol=consumer', () => {
    const properties = {
      'group.protocol': 'consumer',
      'session.timeout.ms': '6000',
      'heartbeat.interval.ms': '2000',
      'partition.assignment.strategy': 'range',
      'group.protocol.type': 'consumer',
      'group.remote.assignor': 'uniform',
    }
    const { config } = consumerConfig(planOf(properties))
    expect(config).toMatchObject({ 'group.protocol': 'consumer', 'group.remote.assignor': 'uniform' })
    const { values, unsupported, notes } = effectiveConsumerConfig(planOf(properties))
    const gone = [
      'session.timeout.ms',
      'heartbeat.interval.ms',
      'partition.assignment.strategy',
      'group.protocol.type',
    ]
    expect([...unsupported].toSorted()).toEqual(gone.toSorted())
    for (const key of gone) {
      expect(config).not.toHaveProperty([key])
      expect(values).not.toHaveProperty([key])
      expect(notes.join()).not.toContain(key)
    }
  })

  it('says what librdkafka would only say when it is made', () => {
    expect(() => effectiveConsumerConfig(planOf({ 'max.poll.interval.ms': '6000' }))).toThrow(
      expect.objectContaining({ code: 'CONFIG', hint: expect.stringContaining('session.timeout.ms') }),
    )
    const both = { 'max.poll.interval.ms': '6000', 'session.timeout.ms': '6000' }
    expect(effectiveConsumerConfig(planOf(both)).values).toMatchObject({ 'max.poll.interval.ms': 6000 })
    const newer = { 'max.poll.interval.ms': '1000', 'group.protocol': 'consumer' }
    expect(effectiveConsumerConfig(planOf(newer)).unsupported).toEqual([])
  })

  it('commits nothing where the partitions are given', () => {
    expect(consumerConfig(planOf({ 'enable.auto.commit': 'true' }, ASSIGNED)).config).toMatchObject({
      'enable.auto.commit': false,
    })
  })

  it('shows no secret, and names the defaults that are not Java’s', () => {
    const effective = effectiveConsumerConfig(planOf({}, GROUP, secret))
    expect(JSON.stringify(effective)).not.toContain('TOPSECRET')
    expect(effective.notes.join()).toContain('isolation.level read_committed (read_uncommitted)')
    expect(effective.notes.join()).not.toContain('auto.offset.reset')
  })
})

describe('a consumer of kafkajs', () => {
  it('has the options it is made with, and reports the others', () => {
    const properties = {
      'fetch.min.bytes': '10',
      'isolation.level': 'read_uncommitted',
      'session.timeout.ms': '9000',
      'metadata.max.age.ms': '5000',
      'enable.auto.commit': 'false',
      'max.poll.records': '10',
      'group.instance.id': 'x',
    }
    const config = kafkajs.consumerConfig(planOf(properties))
    expect(config.consumer).toMatchObject({
      minBytes: 10,
      readUncommitted: true,
      sessionTimeout: 9000,
      metadataMaxAge: 5000,
      allowAutoTopicCreation: false,
    })
    expect(config).toMatchObject({ autoCommit: false, fromBeginning: true })
    expect(kafkajs.effectiveConsumerConfig(planOf(properties)).unsupported).toEqual([
      'max.poll.records',
      'group.instance.id',
    ])
  })

  it('commits nothing where the partitions are given, and says that it has a group all the same', () => {
    const effective = kafkajs.effectiveConsumerConfig(planOf({}, ASSIGNED))
    expect(effective.values).toMatchObject({ autoCommit: false })
    expect(effective.values).not.toHaveProperty('groupId')
    expect(effective.notes.join()).toContain('tune-assigned-')
  })

  it('shows no secret', () => {
    expect(JSON.stringify(kafkajs.effectiveConsumerConfig(planOf({}, GROUP, secret)))).not.toContain(
      'TOPSECRET',
    )
  })
})
