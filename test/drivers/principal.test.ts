import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { grantCommand, principalOf, userName } from '../../src/drivers/principal.ts'
import { makeAuthority, makeCertificate } from '../certificates.ts'
import { lacks } from '../e2e/requirements.ts'

describe('who a client is to ACLs', () => {
  it('is the user that logs in, or nobody by name', () => {
    const alice = { protocol: 'SASL_SSL', sasl: { mechanism: 'PLAIN', username: 'alice' } } as const
    expect(principalOf(alice)).toBe('User:alice')
    expect(principalOf({ protocol: 'PLAINTEXT' })).toBe('User:ANONYMOUS')
    expect(grantCommand(alice, 't', ['Describe', 'Write'])).toBe(
      'kafka-acls.sh --add --allow-principal User:alice --operation Describe --operation Write --topic t',
    )
  })

  it('is not known where a token says it', () => {
    const byToken = { protocol: 'SASL_SSL', sasl: { mechanism: 'OAUTHBEARER', token: 'x' } } as const
    expect(principalOf(byToken)).toBeUndefined()
    expect(userName(byToken)).toBe('this user')
    expect(grantCommand(byToken, 't', ['Write'])).toContain('User:NAME')
  })

  it.skipIf(lacks('openssl'))('is the subject of a certificate as Java writes it, quoted for a shell', () => {
    const dir = mkdtempSync(join(tmpdir(), 'tune-principal-'))
    const subject = '/CN=bench/OU=load tests'
    const cert = readFileSync(makeCertificate(dir, makeAuthority(dir, 'ca'), 'c', { subject }).cert, 'utf8')
    rmSync(dir, { recursive: true })
    const security = { protocol: 'SSL', tls: { cert, verifyHostname: true } } as const
    expect(principalOf(security)).toBe('User:OU=load tests,CN=bench')
    expect(grantCommand(security, 't', ['Write'])).toContain("'User:OU=load tests,CN=bench'")
  })
})
