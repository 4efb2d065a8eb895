import { describe, expect, it } from 'vitest'
import { createComplaints } from '../../src/drivers/confluent/complaints.ts'
import { connectionTo } from './plan.ts'

const connection = connectionTo('a:1', {
  security: { protocol: 'SASL_SSL', sasl: { mechanism: 'PLAIN', username: 'alice' } },
})

function complained(...messages: string[]) {
  const complaints = createComplaints()
  for (const message of messages) complaints.take({ origin: 'local', message })
  return complaints
}

describe('why librdkafka did not connect', () => {
  it('is the refused login, whatever else it complained of', () => {
    const complaints = complained('authentication failure', 'all broker connections are down')
    expect(complaints.explain(connection, 'broker transport failure')).toMatchObject({
      code: 'UNAUTHORIZED',
      message: 'a:1 refuses the PLAIN login of User:alice',
      hint: expect.stringContaining('password'),
    })
  })

  it('is TLS, with the setting that names an authority', () => {
    expect(complained('ssl error').explain(connection, 'broker transport failure')).toMatchObject({
      code: 'UNREACHABLE',
      hint: expect.stringContaining('ssl.truststore.location'),
    })
  })

  it('is what it said in the end where it complained of nothing', () => {
    expect(complained().explain(connection, 'timed out')).toMatchObject({
      code: 'UNREACHABLE',
      message: 'no answer from a:1: timed out',
    })
  })
})

describe('why librdkafka gave up for good', () => {
  it('is what a broker said last', () => {
    const complaints = complained('all broker connections are down')
    expect(complaints.behindFatal()).toBeUndefined()
    complaints.take({ origin: 'broker', message: 'cluster authorization failed' })
    expect(complaints.behindFatal()).toBe('CLUSTER_AUTHORIZATION_FAILED')
  })
})
