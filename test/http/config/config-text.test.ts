import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../../src/http/config/config-text.ts'
import { readConfig } from '../../../src/http/config/read.ts'
import { shown } from '../../../src/http/config/shown.ts'

const entriesOf = (text: string) =>
  [...parseConfig(text, 'c', { A: 'x' }).entries].map(([key, { value, where }]) => [key, value, where])

describe('the text of a configuration', () => {
  test.each([
    [
      'a list over lines',
      'a=[\n  "x",\n  "y"\n]\nb=1\n',
      [
        ['a', '[ "x", "y" ]', 'c:1'],
        ['b', '1', 'c:5'],
      ],
    ],
    [
      'one that begins beside its bracket',
      'a=[{"s": "x"},\n {"s": "y"}]\nb=1\n',
      [
        ['a', '[{"s": "x"}, {"s": "y"}]', 'c:1'],
        ['b', '1', 'c:3'],
      ],
    ],
    [
      'brackets within quotes',
      'a=[ "]",\n "[" ]\nb=1\n',
      [
        ['a', '[ "]", "[" ]', 'c:1'],
        ['b', '1', 'c:3'],
      ],
    ],
    ['comments in a list', 'a=[\n# first\n "x"\n]  # end\n', [['a', '[ "x" ]', 'c:1']]],
    [
      'a list that never ends stops before the next property',
      'a=[\n "x"\nb=1\n',
      [
        ['a', '[', 'c:1'],
        ['"x"', '', 'c:2'],
        ['b', '1', 'c:3'],
      ],
    ],
    [
      'a comment behind a value',
      'a=0 */5 * * * *  # Every 5 minutes\nb=x#y\n',
      [
        ['a', '0 */5 * * * *', 'c:1'],
        ['b', 'x#y', 'c:2'],
      ],
    ],
    ['a reference', `a=\${env:A}\n`, [['a', 'x', 'c:1']]],
    [
      'JSON of the REST interface',
      '{"name": "n",\n "config": {\n  "a": 1,\n  "b": ["x"]}}',
      [
        ['a', '1', 'c:3'],
        ['b', '["x"]', 'c:4'],
        ['name', 'n', 'c:1'],
      ],
    ],
    ['the inner object alone', '{"a": true}', [['a', 'true', 'c:1']]],
    ['of what comes twice the last', 'a=1\na=2\n', [['a', '2', 'c:2']]],
  ] as const)('%s', (_, text, entries) => {
    expect(entriesOf(text)).toEqual(entries)
  })
})

describe('what belongs to the guide’s properties alone', () => {
  const castorm = 'http.request.url=https://api.example.com/x\n'

  test('is refused with another dialect, and the file wins over a profile', () => {
    const profile = { 'tasks.max': '8', 'transformation.batch.size': '100' }
    for (const [options, flag] of [
      [{ profile }, '--profile'],
      [{ entities: ['a'] }, '--entities'],
    ] as const) {
      expect(() => readConfig(castorm, 'c', { env: {}, ...options })).toThrow(
        expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(`${flag}: is for`) }),
      )
    }
    const [setup] = readConfig('http.source.url=https://a/x\ntasks.max=2\n', 'c', { env: {}, profile }).setups
    expect([setup?.plan.tasks, setup?.plan.batchRecords]).toEqual([2, 100])
  })

  test('entities stand behind its URL', () => {
    const { setups } = readConfig('http.source.url=https://a/v1\n', 'c', {
      env: {},
      entities: ['users', 'orders'],
    })
    expect(setups[0]?.plan.targets).toEqual([
      { name: 'users', url: 'https://a/v1/users' },
      { name: 'orders', url: 'https://a/v1/orders' },
    ])
  })

  test('nothing is cached because of a threshold, and a schema without answers', () => {
    const cacheOf = (text: string) =>
      readConfig(`http.source.url=https://a/x\n${text}`, 'c', { env: {} }).setups[0]?.cache
    expect(cacheOf('cache.hit.ratio.threshold=0.8\n')).toBeUndefined()
    expect(cacheOf('cache.schema.enabled=true\n')).toEqual({
      tiers: [],
      schema: { maxEntries: 100, ttlMs: 7_200_000 },
    })
    expect(cacheOf('cache.max.memory.bytes=1024\n')?.tiers).toHaveLength(1)
  })
})

test('a body with a secret in it is not shown', () => {
  const bodyOf = (body: string) => {
    const text = `http.source.url=https://a/x\nhttp.source.method=POST\nhttp.source.body=${body}\n`
    return readConfig(text, 'c', { env: {} }).setups.map(shown)[0]?.plan.body
  }
  expect(bodyOf('{"size": 100}')).toBe('{"size": 100}')
  expect(bodyOf('{"password": "p"}')).toBe('[hidden]')
})
