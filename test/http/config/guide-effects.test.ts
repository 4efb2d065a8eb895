import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { GUIDE_ROWS } from '../../../src/http/config/guide-rows.ts'
import { SHOWN } from './guide-effects.ts'

const withEffect = Object.keys(GUIDE_ROWS).filter((key) => GUIDE_ROWS[key]?.outside === undefined)

describe('what the guide’s properties do', () => {
  test.each(Object.entries(SHOWN))('%s is shown by a test that is there', (key, [file, name]) => {
    expect(withEffect).toContain(key)
    const text = readFileSync(new URL(`../../${file}.test.ts`, import.meta.url), 'utf8')
    expect(text).toMatch(new RegExp(`(it|test)\\('${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}'`))
  })

  test('is kept with the test that shows it, and those that have none yet', async () => {
    const lines = withEffect.map(
      (key) => `${key}\n  ${SHOWN[key]?.join(': ') ?? 'read and carried along; no test of its effect alone'}`,
    )
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../golden/http-config/guide-effects.txt')
  })
})
