/** Every property of the guide, and what of a setup it changes. */
import { describe, expect, test } from 'vitest'
import { GUIDE_ROWS } from '../../../src/http/config/guide-rows.ts'
import { readProperties } from '../../../src/http/config/read.ts'
import type { HttpSetup } from '../../../src/http/setup.ts'

/** Value in the guide, another one, and what else must be there for it to count. */
type Case = readonly [guide: string, other: string, beside?: Readonly<Record<string, string>>]

const URL_THERE = { 'http.source.url': 'https://api.example.com/users' }
const CACHED = { ...URL_THERE, 'cache.enabled': 'true' }
const CONCURRENT = {
  ...URL_THERE,
  'pagination.type': 'offset',
  'pagination.limit.value': '10',
  'pagination.concurrent.enabled': 'true',
}
const LIMITED = { 'rate.limit.enabled': 'true', 'rate.limit.requests.per.second': '30' }
const SCALED = { 'auto.scaling.enabled': 'true' }
const ENDPOINTS = '["https://api1.example.com", "https://api2.example.com", "https://api3.example.com"]'
const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter'
const STRING_CONVERTER = 'org.apache.kafka.connect.storage.StringConverter'

const CASES: Readonly<Record<string, Case>> = {
  'tasks.max': ['8', '2'],
  name: ['high-throughput-connector', 'other'],
  'connector.class': ['io.confluent.connect.http.HttpSourceConnector', 'HttpSource'],
  'http.source.poll.interval.ms': ['10000', '15000'],
  'transformation.batch.size': ['500', '1000'],
  'pagination.limit.value': ['200', '1000', { 'pagination.type': 'cursor' }],
  'pagination.max.pages': ['50', '100', { 'pagination.type': 'cursor' }],
  'http.client.connection.pool.enabled': ['true', 'false'],
  'http.client.max.connections': ['30', '50'],
  'http.client.max.connections.per.route': ['15', '20'],
  'transformation.enabled': ['false', 'true'],
  'cache.enabled': ['false', 'true'],
  'pagination.type': ['cursor', 'none'],
  'pagination.cursor.field': ['next_cursor', 'meta.next'],
  'pagination.concurrent.enabled': [
    'true',
    'false',
    { ...CONCURRENT, 'pagination.concurrent.queue.size': '9' },
  ],
  'pagination.concurrent.max.threads': ['4', '2', CONCURRENT],
  'pagination.concurrent.queue.size': ['50', '10', CONCURRENT],
  'transformation.field.mappings': ['[{"source": "id", "target": "record_id", "type": "STRING"}]', '[]'],
  'transformation.enrichment.enabled': ['false', 'true'],
  'transformation.validation.enabled': ['false', 'true'],
  'producer.batch.size': ['65536', '16384'],
  'producer.linger.ms': ['5', '0'],
  'http.client.connection.keep.alive.enabled': ['true', 'false'],
  'http.client.connection.keep.alive.duration.ms': ['300000', '1000'],
  'http.client.connection.timeout.ms': ['5000', '10000'],
  'http.client.socket.timeout.ms': ['10000', '30000'],
  'http.client.http2.enabled': ['true', 'false'],
  'http.client.http2.max.concurrent.streams': ['100', '10', { 'http.client.http2.enabled': 'true' }],
  'cache.response.max.size': ['5000', '3000', CACHED],
  'cache.response.ttl.seconds': ['300', '600', CACHED],
  'cache.warming.enabled': ['true', 'false', CACHED],
  'cache.warming.strategies': ['PREDICTIVE,LRU', 'LRU', { ...CACHED, 'cache.warming.enabled': 'true' }],
  'cache.schema.enabled': ['true', 'false', CACHED],
  'cache.schema.max.size': ['500', '200', CACHED],
  'cache.schema.ttl.seconds': ['14400', '7200', CACHED],
  'log.level': ['WARN', 'INFO'],
  'transformation.debug.enabled': ['false', 'true'],
  'performance.metrics.detailed': ['false', 'true'],
  'key.converter': [STRING_CONVERTER, JSON_CONVERTER],
  'value.converter': [JSON_CONVERTER, STRING_CONVERTER],
  'value.converter.schemas.enable': ['false', 'true', { 'value.converter': JSON_CONVERTER }],
  'http.client.max.response.size.bytes': ['10485760', '1024'],
  'transformation.max.record.size.bytes': ['1048576', '1024'],
  'cache.max.memory.bytes': ['536870912', '1024', CACHED],
  'cache.eviction.policy': ['LRU', 'FIFO', CACHED],
  'cache.cleanup.interval.seconds': ['300', '60', CACHED],
  'http.client.buffer.size.bytes': ['65536', '4096'],
  'producer.buffer.memory': ['134217728', '33554432'],
  'http.client.connection.cleanup.enabled': [
    'true',
    'false',
    { 'http.client.connection.max.idle.time.ms': '60000' },
  ],
  'http.client.connection.cleanup.interval.ms': ['300000', '1000'],
  'http.client.connection.max.idle.time.ms': ['600000', '1000'],
  'cache.eviction.enabled': [
    'true',
    'false',
    { ...CACHED, 'cache.eviction.threshold': '0.8', 'cache.eviction.batch.size': '100' },
  ],
  'cache.eviction.threshold': ['0.8', '0.5', CACHED],
  'cache.eviction.batch.size': ['100', '10', CACHED],
  'http.client.connection.pool.validate.after.inactivity.ms': ['30000', '1'],
  'http.client.connection.keep.alive.max.requests': ['1000', '10'],
  'http.client.compression.enabled': ['true', 'false'],
  'http.client.compression.types': ['gzip,deflate', 'br', { 'http.client.compression.enabled': 'true' }],
  'http.source.headers': ['Accept-Encoding:gzip,deflate', 'X-Api-Key:k'],
  'http.client.request.timeout.ms': ['60000', '1000'],
  'http.client.dns.cache.ttl.seconds': ['300', '0'],
  'cache.l1.max.size': ['1000', '10', CACHED],
  'cache.l1.ttl.seconds': ['300', '10', CACHED],
  'cache.l1.policy': ['LRU', 'FIFO', CACHED],
  'cache.l2.max.size': ['5000', '10', CACHED],
  'cache.l2.ttl.seconds': ['3600', '10', CACHED],
  'cache.l2.policy': ['LFU', 'FIFO', CACHED],
  'cache.l3.max.size': ['10000', '10', CACHED],
  'cache.l3.ttl.seconds': ['14400', '10', CACHED],
  'cache.l3.policy': ['FIFO', 'LRU', CACHED],
  'cache.warming.schedule': ['0 */5 * * * *', '0 * * * *', { ...CACHED, 'cache.warming.enabled': 'true' }],
  'cache.warming.patterns': [
    '["users/*", "products/featured", "config/settings"]',
    '["users/*"]',
    { ...CACHED, 'cache.warming.enabled': 'true' },
  ],
  'cache.statistics.enabled': ['true', 'false', CACHED],
  'cache.statistics.window.minutes': ['60', '5', CACHED],
  'cache.hit.ratio.threshold': ['0.8', '0.9', CACHED],
  'cache.auto.tuning.enabled': ['true', 'false', CACHED],
  'cache.auto.tuning.interval.minutes': ['30', '5', CACHED],
  'jmx.enabled': ['true', 'false'],
  'jmx.metrics.detailed': ['true', 'false'],
  'health.check.enabled': ['true', 'false'],
  'health.check.response.time.threshold.ms': ['5000', '1000'],
  'health.check.cache.hit.ratio.threshold': ['0.7', '0.5'],
  'health.check.error.rate.threshold': ['0.05', '0.01'],
  'http.source.url.pattern': ['https://api.example.com/[a-m]*', 'https://api.example.com/[n-z]*'],
  'http.source.endpoints': [ENDPOINTS, '["https://api4.example.com"]'],
  'http.load.balancing.strategy': ['ROUND_ROBIN', 'RANDOM', { 'http.source.endpoints': ENDPOINTS }],
  'http.load.balancing.health.check.enabled': ['true', 'false', { 'http.source.endpoints': ENDPOINTS }],
  'auto.scaling.enabled': ['true', 'false'],
  'auto.scaling.min.tasks': ['2', '3', { ...SCALED, 'auto.scaling.max.tasks': '16' }],
  'auto.scaling.max.tasks': ['16', '8', SCALED],
  'auto.scaling.scale.up.threshold.throughput': ['1000', '2000', SCALED],
  'auto.scaling.scale.down.threshold.throughput': ['100', '50', SCALED],
  'auto.scaling.evaluation.interval.minutes': ['5', '1', SCALED],
  'rate.limit.enabled': ['true', 'false', { 'rate.limit.requests.per.second': '20' }],
  'rate.limit.requests.per.second': ['20', '30', { ...LIMITED, 'rate.limit.burst.capacity': '50' }],
  'rate.limit.algorithm': ['TOKEN_BUCKET', 'LEAKY_BUCKET', LIMITED],
  'rate.limit.burst.capacity': ['50', '10', LIMITED],
}

/** Copied from the guide's properties blocks, in its order. */
const KEYS = Object.keys(CASES)

const read = (key: string, value: string, beside: Readonly<Record<string, string>> = {}) =>
  readProperties({ ...beside, [key]: value }, 'guide')

/** Paths of the members in which two setups differ. */
function changed(a: unknown, b: unknown, path = ''): readonly string[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return []
  const isPlain = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isPlain(a) || !isPlain(b)) return [path]
  const [left, right] = [new Map(Object.entries(a ?? {})), new Map(Object.entries(b ?? {}))]
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name) =>
    changed(left.get(name), right.get(name), path === '' ? name : `${path}.${name}`),
  )
}

describe('the guide’s properties', () => {
  test('are 97, and the table has each of them and no other', () => {
    expect(KEYS).toHaveLength(97)
    expect(Object.keys(GUIDE_ROWS).toSorted()).toEqual(KEYS.toSorted())
  })

  test.each(KEYS)('%s changes of a setup what its row says, or says why it changes nothing', (key) => {
    const [guide, other, beside] = CASES[key] ?? ['', '']
    const row = GUIDE_ROWS[key]
    if (row?.choices !== undefined && !row.choices.includes(other) && row.type === 'text') {
      expect(() => read(key, other, beside)).toThrow(expect.objectContaining({ code: 'CONFIG' }))
      expect(read(key, guide, beside).setups[0]?.balancing?.strategy).toBe('ROUND_ROBIN')
      return
    }
    const [one, two] = [read(key, guide, beside), read(key, other, beside)]
    const paths = changed(one.setups[0], two.setups[0])
    if (row?.outside !== undefined) {
      expect([paths, row.sets]).toEqual([[], []])
      if (key !== 'connector.class') expect(one.ignored).toContainEqual({ key, why: row.outside })
      return
    }
    expect(paths.length).toBeGreaterThan(0)
    for (const path of paths) {
      expect(
        row?.sets.some((said) => path === said || path.startsWith(`${said}.`) || said.startsWith(`${path}.`)),
      ).toBe(true)
    }
    expect(one.ignored.filter((ignored) => ignored.key === key)).toEqual([])
  })

  test('the table reads as it is kept', async () => {
    const lines = Object.entries(GUIDE_ROWS).map(([key, row]) => {
      const effect = row.outside === undefined ? row.sets.join(' ') : `nothing: ${row.outside}`
      return `${key}\n  ${row.type}${row.default === undefined ? '' : `, ${row.default}`}\n  ${row.about}\n  -> ${effect}\n  read by ${row.readBy ?? 'no connector that can be had'}`
    })
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../golden/http-config/guide-properties.txt')
  })

  test('a switch that is off leaves what hangs on it without effect, and says so', () => {
    for (const [key, { under, outside }] of Object.entries(GUIDE_ROWS)) {
      if (under === undefined || outside !== undefined || under === 'http.source.endpoints') continue
      const [guide] = CASES[key] ?? ['']
      const { ignored } = read(key, guide, { [under]: 'false' })
      expect(ignored).toContainEqual({ key, why: `${under} does not ask for it` })
    }
  })

  test('all blocks together are one setup', () => {
    const all = Object.fromEntries(
      KEYS.filter((key) => key !== 'http.source.url.pattern').map((key) => [key, CASES[key]?.[0] ?? '']),
    )
    const { setups, unknown, unread } = readProperties(
      { ...all, 'pagination.type': 'offset', 'cache.enabled': 'true', 'transformation.enabled': 'true' },
      'guide',
    )
    const setup: HttpSetup | undefined = setups[0]
    expect(setup?.plan).toMatchObject({
      tasks: 8,
      threads: 4,
      queuePages: 50,
      rateLimit: { perSec: 20, burst: 50 },
    })
    expect(setup?.cache?.tiers.map(({ name, policy }) => `${name} ${policy}`)).toEqual([
      'L1 LRU',
      'L2 LFU',
      'L3 FIFO',
    ])
    expect(unknown).toEqual([])
    // Connect's six and the two that another connector has under the same name
    expect(unread).toHaveLength(96 - 8)
  })
})
