import type { Message } from '@confluentinc/kafka-javascript'
import { describe, expect, it } from 'vitest'
import { createAssignment } from '../../src/drivers/confluent/assignment.ts'
import { endOf, eventName } from '../../src/drivers/confluent/errors.ts'
import { byPartition } from '../../src/drivers/confluent/receive.ts'
import { connectionTo } from './plan.ts'

const ASSIGN = -175
const REVOKE = -174

function message(partition: number, offset: number, more: Partial<Message> = {}): Message {
  return {
    topic: 't',
    partition,
    offset,
    size: 10,
    value: Buffer.alloc(10),
    key: null,
    timestamp: 1000 + offset,
    ...more,
  }
}

describe('records of a poll of librdkafka', () => {
  it('are told by partition, though a partition comes twice', () => {
    const poll = [message(0, 5), message(0, 6), message(1, 9), message(0, 7)]
    expect(byPartition(poll, false)).toEqual([
      { partition: 0, records: 3, bytes: 30, firstOffset: 5, lastOffset: 7, timestampMs: 1007 },
      { partition: 1, records: 1, bytes: 10, firstOffset: 9, lastOffset: 9, timestampMs: 1009 },
    ])
  })

  it('count keys and headers, and are visited in their order', () => {
    const headers = [{ h: Buffer.from('first') }, { é: Buffer.alloc(0) }, { h: Buffer.from('last') }]
    const [part] = byPartition([message(3, 1, { key: Buffer.from('key'), headers }), message(3, 2)], true)
    expect(part?.bytes).toBe(10 + 3 + 1 + 5 + 2 + 1 + 4 + 10)
    const seen: [number, string | undefined, string | undefined][] = []
    part?.each?.((record) =>
      seen.push([record.offset, record.header('h')?.toString(), record.header('none')?.toString()]),
    )
    expect(seen).toEqual([
      [1, 'last', undefined],
      [2, undefined, undefined],
    ])
  })
})

describe('the partitions of a member of librdkafka', () => {
  const follow = () => {
    const told: string[] = []
    const { changed } = createAssignment({
      onAssigned: (partitions) => told.push(`has ${partitions}`),
      onRevoked: (partitions, lost) => told.push(`${lost ? 'lost' : 'gave'} ${partitions}`),
    })
    return { told, changed }
  }

  it('are all told after each eager rebalance', () => {
    const { told, changed } = follow()
    changed(ASSIGN, [1, 0], false, false)
    changed(REVOKE, [0, 1], false, false)
    changed(ASSIGN, [0, 1], false, false)
    expect(told).toEqual(['has 0,1', 'gave 0,1', 'has 0,1'])
  })

  it('are all told after a cooperative one, which names the difference', () => {
    const { told, changed } = follow()
    changed(ASSIGN, [0, 1, 2], true, false)
    changed(REVOKE, [2], true, false)
    changed(ASSIGN, [], true, false)
    changed(ASSIGN, [5], true, false)
    changed(REVOKE, [0, 1, 5], true, true)
    expect(told).toEqual(['has 0,1,2', 'gave 2', 'has 0,1', 'has 0,1,5', 'lost 0,1,5'])
  })

  it('are none for a member too many, who is told so', () => {
    const { told, changed } = follow()
    changed(ASSIGN, [], false, false)
    expect(told).toEqual(['has '])
  })
})

describe('an error of a librdkafka consumer', () => {
  it('has its name, though the binding passes text', () => {
    expect(eventName({ message: 'broker transport failure' })).toBe('_TRANSPORT')
    expect(eventName({ message: 'all broker connections are down' })).toBe('_ALL_BROKERS_DOWN')
    expect(eventName({ message: 'never heard of' })).toBe('_FAIL')
  })

  it.each([
    ['UNKNOWN_TOPIC_OR_PART', 'TOPIC'],
    ['GROUP_AUTHORIZATION_FAILED', 'UNAUTHORIZED'],
    ['_AUTHENTICATION', 'UNAUTHORIZED'],
    ['_UNSUPPORTED_FEATURE', 'UNSUPPORTED'],
    ['INCONSISTENT_GROUP_PROTOCOL', 'CONFIG'],
    ['_FATAL', 'ABORTED'],
  ])('%s is the end: %s', (name, code) => {
    expect(endOf(name, 't', connectionTo('a:1'))).toMatchObject({ code, hint: expect.any(String) })
  })

  it.each(['_TRANSPORT', '_ALL_BROKERS_DOWN', '_MAX_POLL_EXCEEDED', 'NOT_COORDINATOR'])(
    '%s is not the end',
    (name) => {
      expect(endOf(name, 't', connectionTo('a:1'))).toBeUndefined()
    },
  )
})
