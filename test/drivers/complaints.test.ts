import { describe, expect, it } from 'vitest'
import { createComplaints } from '../../src/drivers/confluent/complaints.ts'
import { connectionTo } from './plan.ts'

const NAMES: Readonly<Record<number, string>> = {
  [-169]: '_AUTHENTICATION',
  [-181]: '_SSL',
  [-195]: '_TRANSPORT',
}
const connection = connectionTo('a:1', {
  security: { protocol: 'SASL_SSL', sasl: { mechanism: 'PLAIN', username: 'alice' } },
})

function explained(...codes: number[]) {
  const complaints = createComplaints((code) => NAMES[code] ?? `ERROR_${code}`)
  for (const code of codes) complaints.take({ code, message: `said ${NAMES[code]}` })
  return complaints.explain(connection, 'Local: Timed out')
}

describe('why librdkafka did not connect', () => {
  it('is the refused login, whatever else it complained of', () => {
    expect(explained(-169, -195)).toMatchObject({
      code: 'UNAUTHORIZED',
      message: 'a:1 refuses the PLAIN login of User:alice: said _AUTHENTICATION',
    })
  })

  it('is TLS, with the setting that names an authority', () => {
    expect(explained(-195, -181)).toMatchObject({
      code: 'UNREACHABLE',
      message: 'no TLS connection to a:1: said _SSL',
      hint: expect.stringContaining('ssl.truststore.location'),
    })
  })

  it('is what it said in the end where it complained of nothing', () => {
    expect(explained()).toMatchObject({
      code: 'UNREACHABLE',
      message: 'no answer from a:1: Local: Timed out',
    })
  })
})
