import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { GUIDE_ROWS } from '../../../src/http/config/guide-rows.ts'
import { SHOWN } from './guide-effects.ts'

const withEffect = Object.keys(GUIDE_ROWS).filter((key) => GUIDE_ROWS[key]?.outside === undefined)

/** What is behind `it(…)` or `test(…)`, with or without `.each(…)`, up to its function. */
function titlesIn(file: string): readonly string[] {
  const text = readFileSync(new URL(`../../${file}.test.ts`, import.meta.url), 'utf8')
  return [...text.matchAll(/^ +(?:(?:it|test)(?:\.\w+)*|\]\)|.*\]\)|.*\))\('([^']+)', /gm)].map(
    ([, title = '']) => title,
  )
}

describe('what the guide’s properties do', () => {
  test.each(Object.entries(SHOWN))('%s is shown by a test that is there', (key, [file, name]) => {
    expect(withEffect).toContain(key)
    expect(titlesIn(file).filter((title) => title === name)).toHaveLength(1)
  })

  test('is kept with the test that shows it, and there is one for each', async () => {
    expect(Object.keys(SHOWN).toSorted()).toEqual(withEffect.toSorted())
    const lines = Object.entries(GUIDE_ROWS).map(
      ([key, { outside }]) =>
        `${key}\n  ${outside === undefined ? SHOWN[key]?.join(': ') : `nothing: ${outside}`}`,
    )
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../golden/http-config/guide-effects.txt')
  })
})
