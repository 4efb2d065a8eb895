import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { laneLines } from '../../../src/http/config/lane-lines.ts'
import { readConfigFile } from '../../../src/http/config/read.ts'
import { shown } from '../../../src/http/config/shown.ts'

const FOLDER = join(import.meta.dirname, 'fixtures')
const env = { TOKEN: 't0ken' }
const readFixture = (name: string) => readConfigFile(join(FOLDER, name), name, { env })
const FIXTURES = readdirSync(FOLDER).toSorted()

describe('a configuration of every dialect', () => {
  test.each(FIXTURES)('%s is read as it is kept', async (name) => {
    const { setups, ...rest } = readFixture(name)
    const text = JSON.stringify(
      { ...rest, setups: setups.map(shown), lanes: setups.map((setup) => laneLines(setup)) },
      null,
      2,
    )
    await expect(`${text}\n`).toMatchFileSnapshot(
      `../../golden/http-config/${name.replace(/\.\w+$/, '')}.json`,
    )
  })

  test.each(FIXTURES)('%s shows none of its secrets', (name) => {
    const { setups, ...rest } = readFixture(name)
    const text = JSON.stringify([rest, setups.map(shown), setups.map((setup) => laneLines(setup))])
    expect(text).not.toMatch(/s3cret|k3y|t0ken|s1gnature|SECRET|YW5uOnMzY3JldA/)
  })

  test('secrets still reach the requests', () => {
    const headersOf = (name: string) => readFixture(name).setups[0]?.plan.headers
    expect(headersOf('confluent-v1.properties')).toEqual({
      Accept: 'application/json',
      'X-Team': 'data',
      'X-Signature': 's1gnature',
      Authorization: 'Basic YW5uOnMzY3JldA==',
    })
    expect(headersOf('confluent-v2.json')).toEqual({ 'X-Key': 'k3y' })
    expect(headersOf('leon4s4.properties')).toEqual({ Authorization: 'Bearer t0ken' })
    expect(headersOf('guide.properties')).toEqual({
      Authorization: 'Basic YW5uOnMzY3JldA==',
      'X-Team': 'data',
    })
  })
})
