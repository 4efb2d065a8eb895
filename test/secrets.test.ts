import { describe, expect, it } from 'vitest'
import { PROPERTY_TABLE } from '../src/drivers/property-table.ts'
import { TuneError } from '../src/errors.ts'
import { redact, refuseTypedSecrets } from '../src/secrets.ts'

const MODULE = 'org.apache.kafka.common.security.plain.PlainLoginModule required'
const env = (name: string) => `$${`{env:${name}}`}`

function refusal(key: string, value: string): TuneError | undefined {
  try {
    refuseTypedSecrets({ 'linger.ms': '5', [key]: value })
    return undefined
  } catch (error) {
    if (error instanceof TuneError) return error
    throw error
  }
}

describe('a secret on a command line', () => {
  it.each([
    ['sasl.jaas.config', `${MODULE} username="u" password="TOPSECRET";`],
    ['sasl.jaas.config', `${MODULE} username="u" password='TOPSECRET';`],
    ['sasl.jaas.config', `${MODULE} username=u password=TOPSECRET;`],
    ['sasl.jaas.config', `${MODULE} username="${env('U')}" password="TOPSECRET${env('P')}";`],
    ['sasl.jaas.config', `x.OAuthBearerLoginModule required clientId="u" clientSecret="TOPSECRET";`],
    ['sasl.password', 'TOPSECRET'],
    ['ssl.key.password', 'TOPSECRET'],
    ['ssl.keystore.key', '-----BEGIN PRIVATE KEY----- TOPSECRET -----END PRIVATE KEY-----'],
    ['sasl.oauthbearer.client.credentials.client.secret', 'TOPSECRET'],
    ['sasl.oauthbearer.assertion.private.key.passphrase', 'TOPSECRET'],
  ])('is refused, and not repeated: %s', (key, value) => {
    const error = refusal(key, value)
    expect(error?.code).toBe('USAGE')
    expect(error?.message).toContain(key)
    expect(error?.hint).toContain('--command-config')
    expect(`${error?.message} ${error?.hint}`).not.toContain('TOPSECRET')
  })

  it.each([
    ['sasl.jaas.config', `${MODULE} username="u" password="${env('P')}";`],
    ['sasl.jaas.config', `x.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="u";`],
    ['sasl.password', env('P')],
    ['sasl.oauthbearer.client.credentials.client.id', 'me'],
    ['sasl.oauthbearer.token.endpoint.url', 'https://idp.example/token'],
    ['ssl.keystore.location', '/etc/client.pem'],
  ])('is none where it comes from elsewhere: %s', (key, value) => {
    expect(refusal(key, value)).toBeUndefined()
  })
})

describe('redaction', () => {
  it('hides every value that may be secret', () => {
    const shown = redact({
      'sasl.jaas.config': 's',
      'ssl.key.password': 's',
      'ssl.keystore.key': 's',
      'sasl.oauthbearer.client.credentials.client.secret': 's',
      'sasl.oauthbearer.assertion.private.key.passphrase': 's',
      'linger.ms': '5',
      'key.serializer': 'x',
    })
    expect(Object.entries(shown).filter(([, value]) => value !== '[hidden]')).toEqual([
      ['linger.ms', '5'],
      ['key.serializer', 'x'],
    ])
  })
})

describe('every output', () => {
  it('hides every value that may be secret', () => {
    const shown = redact({
      'ssl.keystore.key': 's',
      'basic.auth.user.info': 's',
      'schema.registry.basic.auth.user.info': 's',
      'bearer.auth.token': 's',
      'linger.ms': '5',
      'key.serializer': 'x',
    })
    expect(Object.entries(shown).filter(([, value]) => value !== '[hidden]')).toEqual([
      ['linger.ms', '5'],
      ['key.serializer', 'x'],
    ])
  })

  it('hides every property that the table calls a secret', () => {
    const secrets = Object.entries(PROPERTY_TABLE).filter(([, { type }]) => type.kind === 'secret')
    expect(secrets.length).toBeGreaterThan(5)
    const shown = redact(Object.fromEntries(secrets.map(([key]) => [key, 's'])))
    expect(Object.entries(shown).filter(([, value]) => value !== '[hidden]')).toEqual([])
  })

  it('hides a login within a URL', () => {
    expect(redact({ 'sasl.oauthbearer.jwks.endpoint.url': 'https://me:TOPSECRET@idp/keys' })).toEqual({
      'sasl.oauthbearer.jwks.endpoint.url': 'https://[hidden]@idp/keys',
    })
  })
})
