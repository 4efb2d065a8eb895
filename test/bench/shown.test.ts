/** A secret that is no login of ours must be in nothing that is kept or printed. */
import { describe, expect, it } from 'vitest'
import { shownConfig, shownProperties } from '../../src/bench/shown.ts'
import { run } from '../../src/cli.ts'
import { renderRun } from '../../src/report/index.ts'
import { pacedResult } from '../fixtures/result.ts'
import { testIo } from '../test-io.ts'

const SECRETS = {
  'sasl.oauthbearer.assertion.private.key.passphrase': 'TOPSECRET',
  'basic.auth.user.info': 'KEY:TOPSECRET',
}

describe('what is shown of properties', () => {
  it('has no secret, and says that one was there', () => {
    expect(shownProperties({ ...SECRETS, acks: 'all' })).toEqual({
      'sasl.oauthbearer.assertion.private.key.passphrase': '[hidden]',
      'basic.auth.user.info': '[hidden]',
      acks: 'all',
    })
    const config = shownConfig({ values: { ...SECRETS, acks: -1 }, unsupported: ['a'], notes: ['b'] })
    expect(JSON.stringify(config)).not.toContain('TOPSECRET')
    expect(config).toMatchObject({ values: { acks: -1 }, unsupported: ['a'], notes: ['b'] })
  })

  it('is all that a result and its reports hold', () => {
    const effective = { values: SECRETS, unsupported: [], notes: [] }
    const result = pacedResult({ properties: SECRETS, effective })
    const style = { columns: 80, color: false, unicode: true }
    for (const format of ['table', 'json', 'markdown'] as const) {
      expect(renderRun(format, result, style)).not.toContain('TOPSECRET')
    }
    expect(JSON.stringify(result)).not.toContain('TOPSECRET')
  })

  it.each(['producer', 'consumer'])('is all that a dry run of a %s prints', async (kind) => {
    for (const format of ['table', 'json']) {
      const io = testIo()
      const property = `sasl.oauthbearer.assertion.private.key.passphrase=TOPSECRET`
      const props = kind === 'producer' ? '--producer-props' : '--consumer-props'
      const driver = kind === 'producer' ? 'wire' : 'kafkajs'
      const argv = ['bench', kind, '--driver', driver, '--dry-run', '--report', format, props, property]
      await run(argv, io)
      expect(io.stdout + io.stderr).not.toContain('TOPSECRET')
    }
  })
})
