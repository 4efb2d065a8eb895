import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../../src/http/config/config-text.ts'
import { recognise, SHARED_CLASS } from '../../../src/http/config/dialects.ts'
import { readConfig } from '../../../src/http/config/read.ts'

const dialect = (properties: Readonly<Record<string, string>>) =>
  recognise(parseConfig(JSON.stringify(properties), 'c.json', {}))
const read = (text: string) => readConfig(text, 'c.properties', { env: {} })
const ids = (text: string) => read(text).warnings.map(({ id }) => id)

describe('the dialect is told by the keys', () => {
  test.each([
    ['confluent-v1', { 'connector.class': SHARED_CLASS, url: 'http://a', 'topic.name.pattern': 't' }],
    ['confluent-cloud-v1', { 'connector.class': 'HttpSource', url: 'http://a' }],
    ['confluent-cloud-v1', { url: 'http://a', 'kafka.auth.mode': 'KAFKA_API_KEY' }],
    ['confluent-v2', { 'connector.class': 'HttpSourceV2', 'http.api.base.url': 'http://a' }],
    [
      'confluent-v2',
      {
        'connector.class': 'io.confluent.connect.http.source.GenericHttpSourceConnector',
        'api1.topics': 't',
      },
    ],
    ['leon4s4', { 'connector.class': SHARED_CLASS, 'http.api.base.url': 'http://a' }],
    [
      'castorm',
      {
        'connector.class': 'com.github.castorm.kafka.connect.http.HttpSourceConnector',
        'http.request.url': 'http://a',
      },
    ],
    [
      'castorm',
      {
        'connector.class': 'io.github.comrada.kafka.connect.http.HttpSourceConnector',
        'http.request.url': 'http://a',
      },
    ],
    ['castorm', { 'connector.class': SHARED_CLASS, 'http.request.url': 'http://a' }],
    ['guide', { 'connector.class': SHARED_CLASS, 'http.source.url': 'http://a' }],
    ['guide', { 'cache.enabled': 'true' }],
    ['guide', { name: 'n', 'tasks.max': '2' }],
  ] as const)('%s: %j', (name, properties) => {
    expect(dialect(properties)).toBe(name)
  })

  test.each([
    [
      { 'connector.class': 'io.confluent.connect.http.HttpSinkConnector' },
      /Confluent’s HTTP sink/,
      /it is a sink/,
    ],
    [
      { 'connector.class': 'io.lenses.streamreactor.connect.http.sink.HttpSinkConnector' },
      /Lenses/,
      /it is a sink/,
    ],
    [{ 'connector.class': 'io.aiven.kafka.connect.http.HttpSinkConnector' }, /Aiven/, /it is a sink/],
    [
      { 'connector.class': 'io.github.clescot.kafka.connect.http.source.cron.CronSourceConnector' },
      /clescot/,
      /no poller/,
    ],
    [
      {
        'connector.class': 'sh.oso.connect.ai.connect.source.AiSourceConnector',
        'http.source.url': 'http://a',
      },
      /OSO/,
      /language model/,
    ],
    [
      { 'connector.class': 'org.apache.camel.kafkaconnector.httpsource.CamelHttpsourceSourceConnector' },
      /Camel/,
      /whole body/,
    ],
    [{ 'rest.source.url': 'http://a' }, /llofberg/, /whole body/],
    [
      { 'connector.class': 'inc.evil.kafka.connect.http.HttpSourceConnector', 'http.url': 'http://a' },
      /theFaustus/,
      /whole body/,
    ],
    [
      { 'connector.class': SHARED_CLASS, 'http.url': 'http://a', 'http.timer.interval.ms': '1' },
      /written about/,
      /no connector/,
    ],
    [
      { 'connector.class': 'io.debezium.connector.postgresql.PostgresConnector', 'database.hostname': 'x' },
      /no HTTP source/,
      /castorm/,
    ],
  ] as const)('%j is refused by name', (properties, message, hint) => {
    expect(() => dialect(properties)).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    )
  })

  test('a file that tells nothing is an error with its line and the nearest key', () => {
    expect(() => recognise(parseConfig('name=a\nhttp.sorce.url=http://a\n', 'c.properties', {}))).toThrow(
      expect.objectContaining({
        code: 'CONFIG',
        message: expect.stringMatching(/^c\.properties:2: no property tells/),
        hint: 'http.sorce.url: did you mean http.source.url?',
      }),
    )
    expect(() => dialect({})).toThrow(/no property tells/)
    expect(() => recognise(parseConfig('nonsense=1\n', 'c.properties', {}))).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^a configuration has at least url=/) }),
    )
  })
})

describe('warnings', () => {
  const v1 = `connector.class=${SHARED_CLASS}\nurl=https://api.example.com/flights\ntopic.name.pattern=t\n`

  test('an offset that is in no request makes each poll emit everything again', () => {
    expect(ids(`${v1}http.initial.offset=0\n`)).toEqual(['config-no-offset'])
    expect(ids(`${v1}http.initial.offset=0\nhttp.request.parameters=start=\${offset}\n`)).toEqual([])
    expect(ids(`${v1}http.offset.mode=CHAINING\n`)).toEqual([])
  })

  test('castorm’s keys under Confluent’s class are named', () => {
    const { warnings, ignored } = read(`${v1}http.timer.interval.millis=5000\nhttp.offset.mode=CHAINING\n`)
    expect(warnings).toEqual([
      {
        id: 'config-castorm-keys',
        text: 'c.properties: http.timer.interval.millis are castorm’s, and connector.class is Confluent’s, which does not read them; its interval is request.interval.ms',
      },
    ])
    expect(ignored).toContainEqual({
      key: 'http.timer.interval.millis',
      why: 'it belongs to castorm’s HTTP source, and is not read by this one',
    })
    expect(ids(`connector.class=${SHARED_CLASS}\nhttp.request.url=http://a\n`)).toEqual([
      'config-castorm-keys',
    ])
  })

  test('tasks of one URL, and a cache that outlives the interval, are called out', () => {
    const guide = 'http.source.url=https://api.example.com/users\n'
    expect(ids(`${guide}tasks.max=2\n`)).toEqual(['tasks-poll-the-same'])
    expect(ids(`${guide}auto.scaling.enabled=true\nauto.scaling.max.tasks=4\n`)).toEqual([
      'tasks-poll-the-same',
    ])
    const cached = (interval: number) =>
      ids(
        `${guide}http.source.poll.interval.ms=${interval}\ncache.enabled=true\ncache.response.ttl.seconds=300\n`,
      )
    expect(cached(299_999)).toEqual(['cache-outlives-poll'])
    expect(cached(300_000)).toEqual([])
  })

  test('a rate limit below what the interval asks for is called out, pages included', () => {
    const rate = (more: string) =>
      ids(
        `http.source.poll.interval.ms=1000\nrate.limit.enabled=true\nrate.limit.requests.per.second=5\n${more}`,
      )
    expect(rate('tasks.max=5\n')).toEqual(['tasks-poll-the-same'])
    expect(rate('tasks.max=6\n')).toEqual(['tasks-poll-the-same', 'rate-below-interval'])
    expect(rate('pagination.type=offset\npagination.max.pages=6\n')).toEqual(['rate-below-interval'])
    expect(rate('pagination.type=offset\npagination.max.pages=5\n')).toEqual([])
  })

  test('a comment behind a value, and a list over lines, are not what Java reads', () => {
    const { warnings, setups } = read('cache.enabled=false  # For real-time data\nkafka.topic=a#b\n')
    expect(warnings.map(({ id }) => id)).toEqual(['config-misread'])
    expect(warnings[0]?.text).toContain('cache.enabled')
    expect(warnings[0]?.text).not.toContain('kafka.topic')
    expect([setups[0]?.cache, setups[0]?.topic]).toEqual([undefined, 'a#b'])
  })
})
