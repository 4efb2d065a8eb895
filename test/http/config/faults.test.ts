import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TuneError } from '../../../src/errors.ts'
import { CASTORM_ROWS } from '../../../src/http/config/castorm-rows.ts'
import { V1_ROWS, V2_ROWS } from '../../../src/http/config/confluent-rows.ts'
import { CONNECT_ROWS } from '../../../src/http/config/connect-rows.ts'
import { GUIDE_MORE_ROWS } from '../../../src/http/config/guide-more-rows.ts'
import { GUIDE_ROWS } from '../../../src/http/config/guide-rows.ts'
import { readConfig } from '../../../src/http/config/read.ts'

const read = (text: string, entities?: readonly string[]) =>
  readConfig(text, 'c', { env: {}, ...(entities === undefined ? {} : { entities }) })

function thrownBy(text: string): unknown {
  try {
    read(text)
  } catch (error) {
    return error
  }
  return undefined
}

describe('a value that is wrong is an error with its line', () => {
  const guide = 'http.source.url=https://api.example.com\n'
  const v1 = 'url=https://api.example.com\ntopic.name.pattern=t\n'
  test.each([
    [`${guide}tasks.max=many\n`, 'c:2: tasks.max:', /1000/],
    [`${guide}tasks.max=0\n`, 'c:2: tasks.max:', /./],
    [`${guide}cache.l1.policy=LRV\ncache.enabled=true\n`, 'c:2: cache.l1.policy:', /did you mean LRU\?/],
    [`${guide}cache.enabled=yes\n`, 'c:2: cache.enabled:', /true/],
    [
      `${guide}transformation.field.mappings=[\n  {"source": "id" "target": "x"}\n]\n`,
      'c:2: transformation.field.mappings: is not JSON',
      /comma/,
    ],
    [
      `${guide}transformation.field.mappings=[{"source": "id", "target": "x", "type": "STRNG"}]\n`,
      'c:2: transformation.field.mappings: 0.type',
      /record_id/,
    ],
    [`${guide}rate.limit.enabled=true\n`, 'c:2: rate.limit.enabled: there is no', /=20/],
    [`${guide}http.source.headers=no colon\n`, 'c:2: http.source.headers: has a part', /;/],
    [`${guide}http.source.endpoints=["ftp://a"]\n`, 'c:2: http.source.endpoints: ftp://a', /origin|https/],
    [
      `${guide}auto.scaling.enabled=true\nauto.scaling.min.tasks=9\nauto.scaling.max.tasks=2\n`,
      'c:4: auto.scaling.max.tasks: is below',
      /raise/,
    ],
    [
      `${guide}auto.scaling.enabled=true\nauto.scaling.scale.down.threshold.throughput=1000\n`,
      'c:3: auto.scaling.scale.down',
      /lower/,
    ],
    [`${guide}cache.warming.schedule=hourly\n`, 'c:2: cache.warming.schedule', /\*/],
    [
      `${guide}http.auth.type=basic\nhttp.auth.basic.username=a\n`,
      'c:2: http.auth.type: basic needs',
      /password/,
    ],
    [
      `${guide}pagination.type=cursor\npagination.concurrent.enabled=true\n`,
      'c:3: 4 threads cannot read pages at the same time: each page tells the cursor',
      /offset/,
    ],
    [
      `${guide}pagination.type=offset\npagination.concurrent.enabled=true\n`,
      'c:3: 4 threads cannot read pages at the same time: without a page size',
      /page-size/,
    ],
    ['http.source.url=example.com\n', 'c:1: http.source.url: example.com is not a URL', /https/],
    ['http.source.url.pattern=https://api.example.com/[z-a]*\n', 'c:1: http.source.url.pattern', /\[a-m\]/],
    [`${v1}retry.on.status.codes=4xx\n`, 'c:3: retry.on.status.codes', /400-/],
    [`${v1}http.offset.mode=CURSOR\n`, 'c:3: http.offset.mode', /CURSOR_PAGINATION/],
    [`${v1}auth.type=bearer\n`, 'c:3: auth.type: bearer needs bearer.token', /bearer\.token/],
    ['http.api.base.url=https://a\napis.num=16\n', 'c:2: apis.num', /./],
    ['http.api.base.url=https://a\n', 'c: api1.http.api.path: is missing', /apis\.num/],
    ['{"name": "x",\n "config": {"url" "a"}}', 'c:2: this is not JSON', /line 2/],
    ['{\n "url": "https://a",\n "tasks.max": "x"\n}', 'c:3: tasks.max', /./],
    [
      `${guide}http.auth.type=bearer\nhttp.auth.bearer.token=\${env:NOPE}\n`,
      'http.auth.bearer.token in c:3 wants the environment variable NOPE',
      /export/,
    ],
  ] as const)('%j', (text, message, hint) => {
    const error = thrownBy(text)
    expect(error).toBeInstanceOf(TuneError)
    expect(error).toMatchObject({
      message: expect.stringContaining(message),
      hint: expect.stringMatching(hint),
      exitCode: 2,
    })
  })

  test('no error has a secret in it', () => {
    for (const text of [
      'http.source.url=htps://ann:s3cret@api.example.com\n',
      'http.request.url=htps://ann:s3cret@api.example.com\n',
      'url=htps://ann:s3cret@api.example.com\n',
      'http.api.base.url=htps://ann:s3cret@api.example.com\napi1.http.api.path=/x\n',
      `${v1}http.request.sensitive.headers=s3cret\n`,
      'http.source.endpoints=["https://ann:s3cret@api.example.com"]\n',
    ]) {
      const error = thrownBy(text)
      expect(error).toBeInstanceOf(TuneError)
      expect(JSON.stringify(error instanceof TuneError ? [error.message, error.hint] : [])).not.toContain(
        's3cret',
      )
    }
  })
})

describe('whatever is in a file', () => {
  const keys = Object.keys({
    ...CONNECT_ROWS,
    ...GUIDE_ROWS,
    ...GUIDE_MORE_ROWS,
    ...V1_ROWS,
    ...V2_ROWS,
    ...CASTORM_ROWS,
  })
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'true',
      'false',
      '0',
      '1',
      '-1',
      '1e309',
      'NaN',
      '[]',
      '["a"]',
      '[1]',
      '{}',
      '[',
      `https://a/\${offset}`,
      'https://[/',
      'https://a:b@c/[a-c]*',
      `\${entityName}`,
      `\${offset.id}`,
      '/a/b',
      'BASIC',
      'CURSOR_PAGINATION',
      'CHAINING',
      'a:b|c:d',
      '%',
      `\${env:}`,
    ),
  )

  const onlyTuneErrors = (text: string) => {
    const error = thrownBy(text)
    if (error !== undefined && !(error instanceof TuneError && error.code !== 'INTERNAL')) throw error
  }

  test('reading properties ends in a setup or in an error with a hint', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 12 }), (pairs) => {
        onlyTuneErrors(pairs.map(([key, text]) => `${key}=${text}`).join('\n'))
        onlyTuneErrors(JSON.stringify(Object.fromEntries(pairs)))
      }),
      { numRuns: 150 },
    )
  })

  test('so does reading any text at all', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string().map((text) => `http.source.url.pattern=https://a/${text}`),
        ),
        onlyTuneErrors,
      ),
      { numRuns: 150 },
    )
  })

  test('and an URL always comes out as one that can be asked', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, size: 'small' }), (url) => {
        const { setups } = read(`http.source.url=${url}`)
        expect(URL.canParse(setups[0]?.plan.targets[0]?.url ?? '')).toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})
