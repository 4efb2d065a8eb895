/** The real components that other tests stand on are alive, and gone when they are stopped. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DEFAULT_STUB } from '../../src/http/stub/options.ts'
import { type StubApi, startStub } from '../../src/http/stub/server.ts'
import { isAlive } from '../../src/processes.ts'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'
import { lacks } from './requirements.ts'
import { debeziumConfig, httpSourceConfig } from './stack/configs.ts'
import { type ConnectWorker, type Postgres, startConnect, startPostgres } from './stack/index.ts'

const { Kafka, logLevel } = kafkajs

const RECORDS = 250

describe.skipIf(!hasBroker || lacks('a Kafka Connect worker', 'PostgreSQL'))('a real Connect worker', () => {
  let worker: ConnectWorker
  let postgres: Postgres
  let stub: StubApi

  beforeAll(async () => {
    const { bootstrapServers } = sharedBroker()
    const parts = [
      startConnect({ bootstrapServers, plugins: ['debezium', 'http-fixture'] }),
      startPostgres(),
      startStub({ ...DEFAULT_STUB, records: RECORDS }, { port: 0, http2: false }),
    ] as const
    ;[worker, postgres, stub] = await Promise.all(parts)
  })

  afterAll(async () => {
    await Promise.all([worker?.stop(), postgres?.stop(), stub?.close()])
  })

  it('copies the records of an API into a topic, each once and in order', async () => {
    const topic = newTopicName('http-source')
    const status = await worker.create('http', httpSourceConfig({ urls: [stub.url], topic }))
    expect(status).toMatchObject({ connector: { state: 'RUNNING' }, tasks: [{ id: 0, state: 'RUNNING' }] })
    const values = await read(topic, RECORDS)
    expect(values.map(({ id }) => id)).toEqual(Array.from({ length: RECORDS }, (_, id) => id))
    await worker.remove('http')
  })

  it('tells why a task failed', async () => {
    const config = httpSourceConfig({ urls: ['http://127.0.0.1:1/'], topic: newTopicName('http-source') })
    await worker.create('refused', config)
    await vi.waitFor(
      async () => {
        const { tasks } = await worker.status('refused')
        expect(tasks[0]).toMatchObject({
          state: 'FAILED',
          trace: expect.stringMatching(
            /^org\.apache\.kafka\.connect\.errors\.ConnectException: no answer from/,
          ),
        })
      },
      { timeout: 30_000, interval: 100 },
    )
    await worker.remove('refused')
  })

  it('sends an inserted row of PostgreSQL, by Debezium', async () => {
    await postgres.sql('create table cars (id bigserial primary key, vin text not null)')
    const prefix = newTopicName('cdc')
    await worker.create('cdc', debeziumConfig({ postgres, prefix, tables: ['public.cars'] }))
    await postgres.sql("insert into cars (vin) values ('VIN-1')")
    const [change] = await read(`${prefix}.public.cars`, 1)
    expect(change).toMatchObject({ op: expect.stringMatching(/^[cr]$/), after: { id: 1, vin: 'VIN-1' } })
    await worker.remove('cdc')
  })

  it('shows its MBeans by Jolokia and by the Prometheus agent', async () => {
    const read = await fetch(`${worker.jolokiaUrl}/read/kafka.connect:type=connect-worker-metrics`)
    expect(await read.json()).toMatchObject({ status: 200, value: { 'task-count': expect.any(Number) } })
    const scrape = await (await fetch(worker.prometheusUrl)).text()
    expect(scrape).toMatch(/^kafka_connect_connect_worker_metrics_task_count \d/m)
    expect(scrape).toMatch(/^jvm_memory_used_bytes\{area="heap"\} \d/m)
  })

  it('listens on the loopback alone', () => {
    const rows = readFileSync('/proc/net/tcp', 'utf8') + readFileSync('/proc/net/tcp6', 'utf8')
    for (const url of [worker.url, worker.jolokiaUrl, worker.prometheusUrl, postgres.url]) {
      const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0')
      const listening = [...rows.matchAll(new RegExp(`: ([0-9A-F]+):${port} \\S+ 0A `, 'g'))]
      expect(listening.map(([, address]) => address)).toEqual([
        expect.stringMatching(/^(0{16}FFFF0000)?0100007F$/),
      ])
    }
  })
})

describe.skipIf(lacks('PostgreSQL'))('a real PostgreSQL', () => {
  it('ends with all its processes and its data', async () => {
    const { pid, sql, stop } = await startPostgres()
    expect(await sql("select current_setting('wal_level')")).toBe('logical')
    const dir = (await sql("select current_setting('data_directory')")) ?? ''
    const children = childrenOf(pid)
    expect(children.length).toBeGreaterThan(3)
    await stop()
    expect([pid, ...children].filter(isAlive)).toEqual([])
    expect(existsSync(dir)).toBe(false)
  })

  it('is gone when the process that started it was killed', async () => {
    const script = fileURLToPath(new URL('stack/hold-postgres.mjs', import.meta.url))
    const holder = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
    const [line] = await once(holder.stdout, 'data')
    const pid = Number(String(line))
    const processes = [pid, ...childrenOf(pid)]
    expect(processes.length).toBeGreaterThan(3)
    holder.kill('SIGKILL')
    await vi.waitFor(() => expect(processes.filter(isAlive)).toEqual([]), { timeout: 15_000, interval: 100 })
  })
})

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
}

/** The first values of a topic, parsed; waits until so many are there. */
async function read(topic: string, count: number): Promise<Record<string, unknown>[]> {
  const kafka = new Kafka({ brokers: [sharedBroker().bootstrapServers], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: `stack-${topic}` })
  const values: Record<string, unknown>[] = []
  await consumer.connect()
  try {
    await vi.waitFor(() => consumer.subscribe({ topic, fromBeginning: true }), {
      timeout: 30_000,
      interval: 200,
    })
    await consumer.run({
      eachMessage: async ({ message }) => void values.push(JSON.parse(message.value?.toString() ?? 'null')),
    })
    await vi.waitFor(() => expect(values.length).toBeGreaterThanOrEqual(count), {
      timeout: 30_000,
      interval: 50,
    })
    return values
  } finally {
    await consumer.disconnect()
  }
}
