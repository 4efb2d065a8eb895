/** What sources make of answers that were recorded, and of wrong ones, over real HTTP on the loopback. */
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createAsker, shownUrl } from '../../src/http/ask.ts'
import { stubLoad } from '../../src/monitor/source-load.ts'
import { activeTopics, connectSource, findConnector } from '../../src/monitor/sources/connect.ts'
import { parseExposition } from '../../src/monitor/sources/exposition.ts'
import { healthPoints, healthSource, parsePlaces } from '../../src/monitor/sources/health-metrics.ts'
import { jolokiaSource } from '../../src/monitor/sources/jolokia.ts'
import { prometheusPoints, prometheusSource } from '../../src/monitor/sources/prometheus.ts'
import { topicSource } from '../../src/monitor/sources/topic.ts'

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../fixtures/monitor', name), 'utf8')
const asker = createAsker(() => performance.now())
let server: Server | undefined
afterEach(() => server?.close())

async function serve(listener: RequestListener): Promise<string> {
  const made = createServer(listener)
  server = made
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`
}

/** Texts by path; 404 for others. */
const answers =
  (texts: Readonly<Record<string, string>>): RequestListener =>
  (request, response) => {
    const text = texts[request.url ?? '']
    response.writeHead(text === undefined ? 404 : 200).end(text)
  }

const flat = (points: readonly { field: string; of: string; value: number }[]) =>
  points.map(({ field, value }) => [field, value])

describe('the REST API of a worker', () => {
  it('tells states, and of a failed task why', async () => {
    const url = await serve(answers({ '/connectors/orders/status': fixture('status.json') }))
    const { status } = await connectSource(`${url}/`, 'orders', asker).read()
    expect(status).toEqual({
      state: 'RUNNING',
      tasks: [
        { id: 0, state: 'RUNNING', workerId: '127.0.0.1:8083' },
        { id: 1, state: 'FAILED', workerId: '127.0.0.1:8083', trace: expect.stringContaining('HTTP 500') },
      ],
    })
  })

  it('has a connector, or says which it has', async () => {
    const one = await serve(answers({ '/connectors': '["orders"]' }))
    expect(await findConnector(one, undefined, asker)).toBe('orders')
    await expect(findConnector(one, 'order', asker)).rejects.toMatchObject({ hint: 'did you mean orders?' })
    server?.close()
    const two = await serve(answers({ '/connectors': '["orders","cars"]' }))
    await expect(findConnector(two, undefined, asker)).rejects.toMatchObject({
      hint: expect.stringContaining('orders, cars'),
    })
  })

  it('is told from another server, and may not track topics', async () => {
    const url = await serve(answers({ '/connectors': '{"hello":1}' }))
    await expect(findConnector(url, 'orders', asker)).rejects.toThrow(/not as a Connect worker does/)
    expect(await activeTopics(url, 'orders', asker)).toEqual([])
  })
})

describe('JSON of the connector’s own', () => {
  it('is read in both shapes of the guide', () => {
    const alerts = {
      throughput: { messagesPerSecond: 120.5 },
      latency: { averageMs: 250 },
      cache: { hitRatio: 0.85 },
    }
    expect(flat(healthPoints(alerts))).toEqual([
      ['toldRecordsPerSec', 120.5],
      ['connectorLatencyMs', 250],
      ['cacheHitRatio', 0.85],
    ])
    const loadTest = { totalMessages: 5000, averageLatency: 250, cacheHitRatio: 0.85, errorRate: 2.5 }
    expect(flat(healthPoints(loadTest))).toEqual([
      ['recordsWritten', 5000],
      ['connectorLatencyMs', 250],
      ['cacheHitRatio', 0.85],
      ['errorRatio', 0.025],
    ])
  })

  it('is read in the shape of the connector that the guide was written for', () => {
    const own = {
      requests: { total: 200, successful: 190, failed: 10, successRate: 95, requestsPerSecond: 2 },
      responseTimes: { average: 31.5, max: 90, min: 4 },
      cache: { hits: 30, misses: 10, hitRate: 75 },
      throughput: { recordsProduced: 4000, recordsPerSecond: 40 },
    }
    const points = Object.fromEntries(flat(healthPoints(own)))
    expect(points).toMatchObject({
      recordsWritten: 4000,
      requests: 200,
      requestsFailed: 10,
      cacheHits: 30,
      cacheMisses: 10,
      toldRecordsPerSec: 40,
      connectorLatencyMs: 31.5,
      cacheHitRatio: 0.75,
    })
    expect(points.errorRatio).toBeCloseTo(0.05)
  })

  it('is read wherever a flag says', async () => {
    const url = await serve(answers({ '/m': '{"a":{"b/c":[7]},"rate":80,"totalMessages":"many"}' }))
    const places = parsePlaces(['recordsWritten=/a/b~1c/0', 'cacheHitRatio=.rate%'], '--metrics-field')
    const { points } = await healthSource(`${url}/m`, places, asker).read()
    expect(flat(points)).toEqual([
      ['recordsWritten', 7],
      ['cacheHitRatio', 0.8],
    ])
    await expect(healthSource(`${url}/m`, {}, asker).read()).rejects.toMatchObject({
      hint: expect.stringContaining('--metrics-field'),
    })
    expect(() => parsePlaces(['record=.a'], '--metrics-field')).toThrow(/no field 'record'/)
    expect(() => parsePlaces(['recordsWritten='], '--metrics-field')).toThrow(/not FIELD=PATH/)
  })
})

describe('Jolokia', () => {
  it('brings tasks, heap and collectors in one request', async () => {
    const asked: unknown[] = []
    const url = await serve((request, response) => {
      let body = ''
      request.on('data', (text) => {
        body += text
      })
      request.on('end', () => {
        asked.push([request.method, request.url, JSON.parse(body).length])
        response.end(fixture('jolokia.json'))
      })
    })
    const { points } = await jolokiaSource(`${url}/jolokia`, 'orders', asker).read()
    expect(asked).toEqual([['POST', '/jolokia/', 4]])
    expect(points).toEqual([
      { field: 'recordsWritten', of: 'orders 0', value: 22_110 },
      { field: 'recordsPolled', of: 'orders 0', value: 22_115 },
      { field: 'activeRecords', of: 'orders 0', value: 5 },
      { field: 'pollBatchMs', of: 'orders 0', value: 103.5 },
      { field: 'recordsWritten', of: 'orders 1', value: 90 },
      { field: 'recordsPolled', of: 'orders 1', value: 90 },
      { field: 'activeRecords', of: 'orders 1', value: 0 },
      { field: 'offsetCommitMs', of: 'orders 0', value: 8.8 },
      { field: 'offsetCommitFailureRatio', of: 'orders 0', value: 0.25 },
      { field: 'heapUsedBytes', of: 'heap', value: 60_000_000 },
      { field: 'heapMaxBytes', of: 'heap', value: 268_435_456 },
      { field: 'gcMs', of: 'java.lang:name=Copy,type=GarbageCollector', value: 120 },
      { field: 'gcMs', of: 'java.lang:name=MarkSweepCompact,type=GarbageCollector', value: 80 },
    ])
  })

  it('that knows no such MBean has no figures, and is told from another server', async () => {
    const none = '[{"status":404,"error":"InstanceNotFound"},{"status":404},{"status":404},{"status":404}]'
    const url = await serve(answers({ '/jolokia/': none, '/': '{}' }))
    expect(await jolokiaSource(`${url}/jolokia`, 'orders', asker).read()).toEqual({ points: [] })
    await expect(jolokiaSource(url, 'orders', asker).read()).rejects.toThrow(/not as Jolokia does/)
  })
})

describe('Prometheus', () => {
  const expected = [
    ['recordsWritten', 22_110],
    ['recordsPolled', 22_115],
    ['heapUsedBytes', 60_000_000],
    ['heapMaxBytes', 268_435_456],
    ['gcMs', 120],
  ]

  it('is a scrape endpoint of the worker', async () => {
    const url = await serve(answers({ '/metrics': fixture('scrape.txt') }))
    const { points } = await prometheusSource(`${url}/metrics`, 'orders', asker).read()
    expect(flat(points)).toEqual(expected)
  })

  it('is a server, which has the heaps of others too', async () => {
    const here = parseExposition(fixture('scrape.txt')).map((sample) => ({ ...sample, instance: 'worker' }))
    const elsewhere = here
      .filter(({ name }) => name.startsWith('jvm_'))
      .map((sample) => ({ ...sample, instance: 'app' }))
    const result = [...here, ...elsewhere].map(({ name, labels, value, instance }) => ({
      metric: { __name__: name, ...labels, instance },
      value: [1764000000.1, String(value)],
    }))
    const queries: string[] = []
    const url = await serve((request, response) => {
      if (request.url === '/') return response.end('<html></html>')
      queries.push(new URL(request.url ?? '', 'http://x').searchParams.get('query') ?? '')
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }))
    })
    const source = prometheusSource(url, 'orders', asker)
    expect(flat((await source.read()).points)).toEqual(expected)
    expect(flat((await source.read()).points)).toEqual(expected)
    expect(queries[0]).toContain('kafka_connect_source_task_metrics_source_record_write(_total)?|')
  })

  it('that is neither is told so', async () => {
    const url = await serve((_, response) => response.end('{"status":"error"}'))
    await expect(prometheusSource(url, undefined, asker).read()).rejects.toThrow(
      /neither a scrape endpoint nor/,
    )
  })

  it('has text in which every sample is found again, whatever its labels hold', () => {
    const label = fc
      .string({ unit: 'binary', maxLength: 12 })
      .filter((text) => !/[\r\u2028\u2029]/.test(text))
    const sample = fc.record({
      name: fc.stringMatching(/^[a-z_:][a-z0-9_:]{0,8}$/),
      labels: fc.dictionary(fc.stringMatching(/^[a-z_][a-z0-9_]{0,5}$/), label, { maxKeys: 3 }),
      value: fc.double(),
    })
    const escaped = (text: string) =>
      text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    const number = (value: number) =>
      Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf'
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 5 }), (samples) => {
        const lines = samples.map(({ name, labels, value }) => {
          const inner = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`)
          return `${name}${inner.length === 0 ? '' : `{${inner.join(',')}}`} ${number(value)}`
        })
        const found = parseExposition(['# TYPE x gauge', ...lines, ''].join('\n'))
        expect(found.map(({ name }) => name)).toEqual(samples.map(({ name }) => name))
        expect(found.map(({ labels }) => ({ ...labels }))).toEqual(
          samples.map(({ labels }) => ({ ...labels })),
        )
        // -0 is written as 0
        expect(found.map(({ value }) => value + 0)).toEqual(samples.map(({ value }) => value + 0))
      }),
    )
  })

  it('of no connector’s tells no heap either, where it is a server', () => {
    const labels = { area: 'heap', instance: 'app' }
    expect(prometheusPoints([{ name: 'jvm_memory_used_bytes', labels, value: 1 }], 'orders')).toEqual([])
  })
})

describe('a topic', () => {
  it('counts its partitions, from 0 where it was made during the run', async () => {
    let exists = false
    const partition = { leader: 1, replicas: [1], inSyncReplicas: [1] }
    const source = topicSource(
      {
        describe: async (topic) =>
          exists
            ? { topic, partitions: [0, 1].map((n) => ({ partition: n, ...partition })), configs: {} }
            : undefined,
        endOffsets: async () => [4, 6],
      },
      ['orders'],
    )
    expect(await source.read()).toEqual({ points: [] })
    exists = true
    expect((await source.read()).points).toEqual([
      { field: 'recordsWritten', of: 'orders-0', value: 4 },
      { field: 'recordsWritten', of: 'orders-1', value: 6 },
    ])
  })
})

describe('an address', () => {
  it('is shown without login and query, also in errors', async () => {
    expect(shownUrl('http://me:pw@h:1/x?token=abc')).toBe('http://h:1/x?…')
    const asked = asker.json('http://me:s3cret@127.0.0.1:1/x?token=abc')
    await expect(asked).rejects.toThrow(/^no answer from http:\/\/127\.0\.0\.1:1\/x\?…/)
    await expect(asked).rejects.not.toThrow(/s3cret|abc/)
  })

  it('gives its login as Basic, and says what a refusal means', async () => {
    const url = await serve((request, response) => {
      const isRight = request.headers.authorization === `Basic ${Buffer.from('me:p@w').toString('base64')}`
      response.writeHead(isRight ? 200 : 401).end('{}')
    })
    expect(await asker.json(url.replace('//', '//me:p%40w@'))).toEqual({})
    await expect(asker.json(url)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})

describe('what drives a source', () => {
  it('tells the stub API its rate, and 0 at the end', async () => {
    const rates: unknown[] = []
    const url = await serve((request, response) => {
      request.on('data', (text) => rates.push([request.url, JSON.parse(String(text))]))
      request.on('end', () => response.end('{}'))
    })
    const load = stubLoad(new URL(`${url}/records`), 500, asker)
    await load.start()
    await load.stop()
    expect(rates).toEqual([
      ['/control/growth', { recordsPerSec: 500 }],
      ['/control/growth', { recordsPerSec: 0 }],
    ])
  })

  it('refuses what is no stub, and what it cannot drive', async () => {
    const url = await serve((_, response) => response.writeHead(404).end())
    await expect(stubLoad(new URL(url), 1, asker).start()).rejects.toThrow(/no stub API/)
  })
})
