/** `tune bench connector` on a real Connect worker: an HTTP source, Debezium, and what goes wrong with them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConnectorResult, connectorResultSchema } from '../../src/core/connector-result.ts'
import { checkResult } from '../../src/core/recompute.ts'
import { DEFAULT_STUB } from '../../src/http/stub/options.ts'
import { type StubApi, startStub } from '../../src/http/stub/server.ts'
import { createTable } from '../../src/postgres/table.ts'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'
import { startTune, tune } from './built.ts'
import { lacks } from './requirements.ts'
import { debeziumConfig, httpSourceConfig } from './stack/configs.ts'
import { type ConnectWorker, type Postgres, startConnect, startPostgres } from './stack/index.ts'

describe.skipIf(!hasBroker || lacks('a Kafka Connect worker', 'PostgreSQL'))('a watched connector', () => {
  let worker: ConnectWorker
  let postgres: Postgres
  let stub: StubApi

  beforeAll(async () => {
    const { bootstrapServers } = sharedBroker()
    const parts = [
      startConnect({ bootstrapServers, plugins: ['debezium', 'http-fixture'] }),
      startPostgres(),
      startStub({ ...DEFAULT_STUB, records: 100, growPerSec: 1 }, { port: 0, http2: false }),
    ] as const
    ;[worker, postgres, stub] = await Promise.all(parts)
  })

  afterAll(async () => {
    await Promise.all([worker?.stop(), postgres?.stop(), stub?.close()])
  })

  const allSources = (connector: string, topic: string) => [
    ...['bench', 'connector', '--connector', connector, '--connect-url', worker.url],
    ...['--jolokia-url', worker.jolokiaUrl, '--prometheus-url', worker.prometheusUrl],
    ...['--bootstrap-server', sharedBroker().bootstrapServers, '--topic', topic],
  ]

  it('is measured alike by its topic, Jolokia and Prometheus while its source is driven', async () => {
    const topic = newTopicName('watched')
    await worker.create(
      'http',
      httpSourceConfig({ urls: [stub.url], topic, more: { 'poll.interval.ms': '100' } }),
    )
    const { stdout, stderr } = await tune([
      ...allSources('http', topic),
      ...['--metrics-url', new URL('/health/metrics', stub.url).href],
      ...['--source-load', `${stub.url}=400/s`, '--duration', '10s', '--report', 'json'],
    ])
    const result = resultIn(stdout, stderr)
    expect(checkResult(result)).toEqual([])
    expect(result.connector).toMatchObject({ name: 'http', state: 'RUNNING', topics: [topic] })
    expect(result.connector?.tasks).toHaveLength(1)
    const counted = Object.fromEntries(result.sources.map((source) => [source.kind, source.recordsWritten]))
    expect(result.sources.find((source) => source.counted)?.kind).toBe('topic')
    // The source's rate is the connector's; their looks are some ms apart
    const written = counted.topic ?? 0
    expect(written).toBeGreaterThan(2_000)
    expect(written).toBeLessThan(5_000)
    for (const kind of ['jolokia', 'prometheus', 'health'] as const) {
      expect(counted[kind], kind).toBeGreaterThan(written * 0.7)
      expect(counted[kind], kind).toBeLessThan(written * 1.3)
    }
    expect(result.metrics).toMatchObject({
      heapUsedBytes: expect.any(Number),
      gcRatio: expect.any(Number),
      pollBatchMs: expect.any(Number),
      offsetCommitMs: expect.any(Number),
      tasksFailed: 0,
    })
    // On a busy machine a look may be missed; nothing else is wrong
    expect(result.warnings.map(({ id }) => id).filter((id) => id !== 'missed')).toEqual(['alerts-too-short'])
    await worker.remove('http')
  })

  it('is Debezium as well; its password is in no result', async () => {
    await postgres.sql('create table orders (id bigserial primary key, body text not null)')
    const prefix = newTopicName('watched-cdc')
    await worker.create('orders', debeziumConfig({ postgres, prefix, tables: ['public.orders'] }))
    const run = startTune([
      ...allSources('orders', `${prefix}.public.orders`),
      ...['--duration', '8s', '--report', 'json'],
    ])
    await run.says(/measuring/)
    for (let n = 0; n < 10; n++)
      await postgres.sql("insert into orders (body) select 'x' from generate_series(1, 50)")
    const { stdout, stderr } = await run.ended
    const result = resultIn(stdout, stderr)
    expect(checkResult(result)).toEqual([])
    expect(result.metrics.recordsWritten).toBe(500)
    expect(result.connector?.config['database.password']).toBe('[hidden]')
    expect(stdout).not.toContain(postgres.password)
    await worker.remove('orders')
  })

  it('reads as many rows as are written meanwhile, and they are counted', async () => {
    const table = { schema: 'public', table: 'driven' }
    await postgres.sql(createTable(table))
    await postgres.sql('insert into driven values (41, -1, now(), $$there$$)')
    const prefix = newTopicName('driven')
    await worker.create('driven', debeziumConfig({ postgres, prefix, tables: ['public.driven'] }))
    const database = `postgres://${postgres.user}@127.0.0.1:${postgres.port}/${postgres.database}`
    const { code, stdout, stderr } = await tune(
      [
        ...allSources('driven', `${prefix}.public.driven`),
        ...['--source-load', `${database}?table=driven=200/s`, '--duration', '8s', '--report', 'json'],
      ],
      { env: { PGPASSWORD: postgres.password } },
    )
    const result = resultIn(stdout, stderr)
    expect([0, 3]).toContain(code)
    expect(checkResult(result)).toEqual([])
    const { committed = 0, failed } = result.plan.sourceLoad?.rows ?? {}
    expect(failed).toBe(0)
    expect(committed).toBeGreaterThan(1000)
    expect(committed).toBeLessThan(2500)
    const found = await postgres.sql('select count(*), min(id) from driven where id > 41')
    expect(found.trim()).toBe(`${committed}|42`)
    expect(result.metrics.recordsWritten).toBeGreaterThan(committed * 0.7)
    expect(result.metrics.recordsWritten).toBeLessThanOrEqual(committed)
    expect(stdout).not.toContain(postgres.password)
    await worker.remove('driven')
  })

  it('is not driven by a table that is not there', async () => {
    const database = `postgres://${postgres.user}@127.0.0.1:${postgres.port}/${postgres.database}`
    const { code, stderr } = await tune(
      [
        ...['bench', 'connector', '--bootstrap-server', sharedBroker().bootstrapServers],
        ...['--topic', newTopicName('none'), '--source-load', `${database}?table=nowhere=5/s`],
      ],
      { env: { PGPASSWORD: postgres.password } },
    )
    expect(code).toBe(2)
    expect(stderr).toContain('there is no table public.nowhere')
    expect(stderr).toContain('create table "public"."nowhere"')
  })

  it('ends with 1, and the first line of the trace, when a task fails', async () => {
    const failing = await startStub({ ...DEFAULT_STUB, endless: true }, { port: 0, http2: false })
    const topic = newTopicName('failing')
    await worker.create(
      'failing',
      httpSourceConfig({ urls: [failing.url], topic, more: { 'poll.interval.ms': '100' } }),
    )
    const run = startTune([...allSources('failing', topic), '--duration', '120s', '--report', 'json'])
    await run.says(/measuring/)
    await failing.close()
    const { code, stdout, stderr } = await run.ended
    const result = resultIn(stdout, stderr)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^failed: task 0 failed: org\.apache\.kafka\.connect\.errors\.ConnectException: no answer from/m,
    )
    expect(result).toMatchObject({
      complete: false,
      failure: { what: 'task 0' },
      metrics: { tasksFailed: 1 },
    })
    expect(result.metrics.recordsWritten).toBeGreaterThan(0)
    expect(result.durationMs).toBeLessThan(120_000)
    await worker.remove('failing')
  })

  it('that is RUNNING and writes nothing, for want of a topic, is called out', async () => {
    const topic = newTopicName('never-made')
    const config = Object.entries(httpSourceConfig({ urls: [stub.url], topic }))
    const without = Object.fromEntries(config.filter(([key]) => !key.startsWith('topic.creation.')))
    await worker.create('silent', without)
    const { code, stdout, stderr } = await tune([
      ...allSources('silent', topic),
      '--duration',
      '6s',
      '--report',
      'json',
    ])
    const result = resultIn(stdout, stderr)
    expect(result).toMatchObject({
      connector: { state: 'RUNNING', tasks: [{ state: 'RUNNING' }] },
      metrics: { recordsWritten: 0, recordsPerSec: 0 },
    })
    expect(result.warnings).toContainEqual({
      id: 'running-but-silent',
      text: expect.stringContaining('topic.creation.default.replication.factor'),
    })
    expect(code).toBe(3)
    await worker.remove('silent')
  })

  it('has a report of the time until Ctrl-C', async () => {
    const topic = newTopicName('interrupted')
    await worker.create(
      'interrupted',
      httpSourceConfig({ urls: [stub.url], topic, more: { 'poll.interval.ms': '100' } }),
    )
    const run = startTune([...allSources('interrupted', topic), '--duration', '120s', '--report', 'json'])
    await run.says(/measuring/)
    run.child.kill('SIGINT')
    const { code, stdout, stderr } = await run.ended
    expect(code).toBe(130)
    expect(resultIn(stdout, stderr)).toMatchObject({ complete: false, connector: { name: 'interrupted' } })
    await worker.remove('interrupted')
  })

  it('is named by what the worker has, where it is misspelt', async () => {
    const topic = newTopicName('named')
    await worker.create('orders-source', httpSourceConfig({ urls: [stub.url], topic }))
    const { code, stderr } = await tune(allSources('order-source', topic))
    expect(code).toBe(2)
    expect(stderr).toContain('did you mean orders-source?')
    await worker.remove('orders-source')
  })
})

function resultIn(stdout: string, stderr: string): ConnectorResult {
  expect(stdout, stderr).not.toBe('')
  return connectorResultSchema.parse(JSON.parse(stdout))
}
