/** What `tune plan --emit` writes is taken by the programs that it is for. */
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kafkaJars } from '../../src/broker/jars.ts'
import { findJava } from '../../src/broker/java.ts'
import { jvm } from '../../src/broker/jvm.ts'
import { parseProperties } from '../../src/properties-file.ts'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'
import { consumerResultOf, resultOf, tune } from './built.ts'
import { lacks } from './requirements.ts'
import { type ConnectWorker, type Postgres, startConnect, startPostgres } from './stack/index.ts'

const run = promisify(execFile)

const topic = newTopicName('plan')

/** What the tests' broker, one node, can hold. */
const PLAN = `
name: small
workload: { peak: 2k/s, now: 1k/s, record-size: 200 }
topic: { name: ${topic}, replication: 1, min-insync: 1, retention: 1h, segment: 16MiB }
platform: { kind: self-managed, zones: 1, survive: none, brokers: 1, disk: 100GiB, heap: 1GiB }
groups:
  - { name: readers, process-time: 1ms }
flink: { rate-per-slot: 1k/s, slots: 2 }
targets: { latency: 100ms }
`

/** A Java tool of the broker's jars, as `bin/*.sh` would start it. */
async function tool(main: string): Promise<string[]> {
  const [java, { classPath }] = await Promise.all([findJava(), kafkaJars(() => {})])
  return jvm({ java: java.path, classPath, heapMb: 128, measured: false, main: [main] })
}

describe.skipIf(!hasBroker)('the files of a plan', () => {
  let dir = ''
  const file = (path: string) => join(dir, 'out', path)

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tune-plan-'))
    writeFileSync(join(dir, 'pipeline.yaml'), PLAN)
    const { code, stderr } = await tune(['plan', 'pipeline.yaml', '--emit', 'out'], { cwd: dir })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    mkdirSync(join(dir, 'bin'))
    const argv = await tool('org.apache.kafka.tools.TopicCommand')
    const quoted = argv.map((word) => `'${word}'`).join(' ')
    writeFileSync(join(dir, 'bin/kafka-topics.sh'), `#!/bin/sh\nexec ${quoted} "$@"\n`)
    chmodSync(join(dir, 'bin/kafka-topics.sh'), 0o755)
  })

  it('make the topic with kafka-topics, and leave it as it is the second time', async () => {
    const env = {
      ...process.env,
      PATH: `${join(dir, 'bin')}${delimiter}${process.env.PATH}`,
      BOOTSTRAP_SERVERS: sharedBroker().bootstrapServers,
    }
    await run(file('topics/kafka-topics.sh'), { env })
    await run(file('topics/kafka-topics.sh'), { env })
    const { stdout } = await run(
      join(dir, 'bin/kafka-topics.sh'),
      ['--bootstrap-server', env.BOOTSTRAP_SERVERS, '--describe', '--topic', topic],
      { env },
    )
    expect(stdout).toMatch(/PartitionCount: 3\tReplicationFactor: 1\t/)
    expect(stdout).toContain('min.insync.replicas=1')
    expect(stdout).toContain('retention.ms=3600000')
    expect(stdout).toContain('segment.bytes=16777216')
  })

  it("are properties that Kafka's own producer and consumer take, without a word about them", async () => {
    const { bootstrapServers } = sharedBroker()
    const common = ['--bootstrap-server', bootstrapServers, '--topic', topic, '--command-config']
    const [java = '', ...produce] = await tool('org.apache.kafka.tools.ProducerPerformance')
    const load = ['--num-records', '200', '--record-size', '200', '--throughput', '-1']
    const produced = await run(java, [...produce, ...common, file('clients/producer.properties'), ...load])
    expect(produced.stdout).toMatch(/^200 records sent/m)
    const [, ...consume] = await tool('org.apache.kafka.tools.ConsumerPerformance')
    const consumed = await run(java, [
      ...consume,
      ...common,
      file('clients/consumer-readers.properties'),
      ...['--num-records', '200', '--timeout', '120000'],
    ])
    expect(consumed.stdout).toMatch(/, 200, /)
    for (const { stderr, stdout } of [produced, consumed]) {
      expect(`${stderr}${stdout}`).not.toMatch(/known config|supplied but|ConfigException/)
    }
  })

  it('are properties that a bench takes', async () => {
    const props = (path: string) =>
      parseProperties(readFileSync(file(path), 'utf8'), path)
        .filter(({ key }) => key !== 'group.id')
        .map(({ key, value }) => `${key}=${value}`)
    const args = ['--bootstrap-server', sharedBroker().bootstrapServers, '--topic', topic, '--report', 'json']
    const produced = await tune([
      ...[
        'bench',
        'producer',
        ...args,
        '--num-records',
        '500',
        '--throughput',
        '1000',
        '--record-size',
        '200',
      ],
      ...['--warmup', '0s', '--producer-props', ...props('clients/producer.properties')],
    ])
    expect(resultOf(produced).metrics.recordsAcked).toBe(500)
    const consumed = await tune([
      ...['bench', 'consumer', ...args, '--num-records', '500'],
      ...['--consumer-props', ...props('clients/consumer-readers.properties')],
    ])
    expect(consumed.code).toBe(0)
    expect(consumerResultOf(consumed).metrics.recordsPerSec).toBeGreaterThan(0)
  })

  it('are options that a JVM starts with', async () => {
    const java = await findJava()
    const script = `. ${file('jvm/broker.env.sh')} && "$1" $KAFKA_HEAP_OPTS $KAFKA_JVM_PERFORMANCE_OPTS -XX:+PrintFlagsFinal -version`
    const { stdout } = await run('bash', ['-euc', script, 'bash', java.path], { maxBuffer: 1 << 24 })
    expect(stdout).toMatch(/\bMaxHeapSize\s+= 1073741824\b/)
    expect(stdout).toMatch(/\bInitialHeapSize\s+= 1073741824\b/)
    expect(stdout).toMatch(/\bUseG1GC\s+= true\b/)
    expect(stdout).toMatch(/\bInitiatingHeapOccupancyPercent\s+= 35\b/)
  })
})

describe.skipIf(!hasBroker || lacks('a Kafka Connect worker', 'PostgreSQL'))('a connector of a plan', () => {
  let worker: ConnectWorker
  let postgres: Postgres

  beforeAll(async () => {
    const { bootstrapServers } = sharedBroker()
    const parts = [startConnect({ bootstrapServers, plugins: ['debezium'] }), startPostgres()] as const
    ;[worker, postgres] = await Promise.all(parts)
  })

  afterAll(async () => {
    await Promise.all([worker?.stop(), postgres?.stop()])
  })

  it('is found right by Connect, once what only the user knows is filled in', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tune-plan-'))
    const connector = 'connectors: [{ name: cars-db, kind: debezium, wal: 1MiB/s, outage: 1h }]\n'
    writeFileSync(join(dir, 'pipeline.yaml'), PLAN + connector)
    const { code } = await tune(['plan', 'pipeline.yaml', '--emit', 'out'], { cwd: dir })
    expect(code).toBe(0)
    const text = readFileSync(join(dir, 'out/connect/cars-db.json'), 'utf8')
    const filled = {
      DATABASE_HOST: postgres.host,
      DATABASE_USER: postgres.user,
      DATABASE_PASSWORD: postgres.password,
      '"DATABASE"': `"${postgres.database}"`,
      'SCHEMA.TABLE': 'public.cars',
      '"5432"': `"${postgres.port}"`,
    }
    const config = JSON.parse(
      Object.entries(filled).reduce((filling, [from, to]) => filling.replaceAll(from, to), text),
    )
    await postgres.sql('create table cars (id bigserial primary key)')
    const answer = await worker.request(
      'PUT',
      `/connector-plugins/${config['connector.class']}/config/validate`,
      config,
    )
    const wrong = validated(answer).flatMap(({ value }) =>
      value.errors.map((error) => `${value.name}: ${error}`),
    )
    expect(wrong).toEqual([])
    expect(answer).toMatchObject({ error_count: 0 })
    // what the plan decides are keys that the connector knows
    const known = new Set(validated(answer).map(({ value }) => value.name))
    for (const key of ['max.batch.size', 'max.queue.size', 'max.queue.size.in.bytes', 'poll.interval.ms']) {
      expect(known).toContain(key)
    }
    expect(await worker.create('cars-db', config)).toMatchObject({ tasks: [{ state: 'RUNNING' }] })
  })
})

interface Validated {
  readonly value: { readonly name: string; readonly errors: readonly string[] }
}

/** As the worker's version shapes it. */
function validated(answer: unknown): readonly Validated[] {
  return (answer as { readonly configs: readonly Validated[] }).configs
}
