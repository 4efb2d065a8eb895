import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type BrokerOptions,
  type BrokerRecord,
  kafkaLacks,
  listBrokers,
  startBroker,
  type ThrowAwayBroker,
} from '../../src/broker/index.ts'
import { nativeClient } from '../../src/broker/mock.ts'
import { answers, freePorts } from '../../src/broker/ports.ts'
import { isAlive } from '../../src/processes.ts'
import { type TuneProcess, tune } from './tune-process.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const hasKafka = (await kafkaLacks()) === undefined
if (!hasKafka && process.env.CI === 'true') throw new Error('no JDK and Maven in CI')

const open: ThrowAwayBroker[] = []
const programs: TuneProcess[] = []
afterEach(async () => {
  for (const broker of open.splice(0)) await broker.stop()
  for (const program of programs.splice(0)) program.child.kill('SIGKILL')
})

async function start(options: Partial<BrokerOptions> = {}): Promise<ThrowAwayBroker> {
  const broker = await startBroker({ engine: 'kafka', brokers: 1, ...options })
  open.push(broker)
  return broker
}

function run(...args: string[]): TuneProcess {
  const program = tune(args)
  programs.push(program)
  return program
}

async function only(id: string): Promise<BrokerRecord> {
  const record = (await listBrokers()).find((one) => one.id === id)
  if (record === undefined) throw new Error(`no broker ${id} in the state folder`)
  return record
}

function isGone({ brokers, guardianPid, dataDir }: BrokerRecord): boolean {
  return [guardianPid, ...brokers.map(({ pid }) => pid)].every((pid) => !isAlive(pid)) && !existsSync(dataDir)
}

const waitUntilGone = (record: BrokerRecord) =>
  vi.waitFor(() => expect(isGone(record)).toBe(true), { timeout: 5_000, interval: 20 })

describe.skipIf(!hasKafka)('a real throw-away broker', () => {
  it('answers on its port, is listed, and leaves no process and no folder', async () => {
    const broker = await start()
    const [{ port = 0 } = {}] = broker.brokers
    expect(broker.bootstrapServers).toBe(`127.0.0.1:${port}`)
    expect(await answers(port)).toBe(true)
    const record = await only(broker.id)
    expect(record).toMatchObject({
      ready: true,
      parentPid: process.pid,
      bootstrapServers: broker.bootstrapServers,
    })
    expect(isGone(record)).toBe(false)
    await broker.stop()
    expect(isGone(record)).toBe(true)
    expect(await broker.ended).toMatchObject({ how: 'stopped' })
    expect((await listBrokers()).map(({ id }) => id)).not.toContain(broker.id)
  })

  it('serves produce and metadata requests of a client', async () => {
    const { Kafka, logLevel } = await import('kafkajs')
    const broker = await start({ listeners: [{ name: 'EXTRA' }] })
    const brokers = [...broker.bootstrapServers.split(','), ...(broker.listeners.EXTRA ?? [])]
    expect(brokers).toHaveLength(2)
    for (const [i, address] of brokers.entries()) {
      const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING })
      const admin = kafka.admin()
      await admin.connect()
      await admin.createTopics({ topics: [{ topic: `t${i}`, numPartitions: 2 }], waitForLeaders: true })
      await admin.disconnect()
      const producer = kafka.producer()
      await producer.connect()
      const [sent] = await producer.send({ topic: `t${i}`, messages: [{ value: 'x' }] })
      expect(sent?.errorCode).toBe(0)
      await producer.disconnect()
    }
  })

  it('is three brokers that replicate when asked, and stops whole', async () => {
    const { Kafka, logLevel } = await import('kafkajs')
    const broker = await start({ brokers: 3 })
    expect(new Set(broker.brokers.map(({ pid }) => pid)).size).toBe(3)
    const admin = new Kafka({
      brokers: broker.bootstrapServers.split(','),
      logLevel: logLevel.NOTHING,
    }).admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic: 't', numPartitions: 3 }], waitForLeaders: true })
    const { topics } = await admin.fetchTopicMetadata({ topics: ['t'] })
    await admin.disconnect()
    expect(topics[0]?.partitions.map(({ replicas }) => replicas.length)).toEqual([3, 3, 3])
    const record = await only(broker.id)
    await broker.stop()
    expect(isGone(record)).toBe(true)
  })

  it('tells why it died at start, at once, and keeps its log', async () => {
    const startedMs = Date.now()
    const failed = await start({ config: { 'num.io.threads': 'many' } }).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'BROKER', message: expect.stringContaining('num.io.threads') })
    expect(Date.now() - startedMs).toBeLessThan(20_000)
    const path = /: (\/.*\.log)$/.exec(
      String(failed instanceof Error && 'hint' in failed ? failed.hint : ''),
    )?.[1]
    expect(readFileSync(path ?? '', 'utf8')).toContain('num.io.threads')
  })

  it('says so when it is killed', async () => {
    const broker = await start()
    process.kill(broker.brokers[0]?.pid ?? 0, 'SIGKILL')
    expect(await broker.ended).toEqual({ how: 'exit', reason: 'broker 1 died: killed by SIGKILL' })
  })

  it('is gone after a stop though its guardian was killed', async () => {
    const broker = await start()
    const record = await only(broker.id)
    process.kill(record.guardianPid, 'SIGKILL')
    await broker.ended
    await broker.stop()
    await waitUntilGone(record)
  })

  it('refuses a port that is taken', async () => {
    const [port = 0] = await freePorts(1)
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    await expect(start({ port })).rejects.toMatchObject({
      code: 'BROKER',
      message: expect.stringContaining(`${port}`),
    })
    server.close()
  })

  it('gives up on a start that takes too long, and leaves nothing', async () => {
    await expect(start({ startTimeoutMs: 50 })).rejects.toMatchObject({ code: 'BROKER' })
    expect((await listBrokers()).filter(({ parentPid }) => parentPid === process.pid)).toEqual([])
  })

  it('is held by nobody after its parent was killed by SIGKILL', async () => {
    const program = run('broker', 'start')
    const [, id = ''] = await program.sees(/runs as (\w+)/)
    const record = await only(id)
    expect(record.parentPid).toBe(program.pid)
    program.child.kill('SIGKILL')
    await waitUntilGone(record)
  })

  it('is gone when its parent is killed while it starts', async () => {
    const program = run('broker', 'start')
    const record = await vi.waitFor(
      async () => {
        const found = (await listBrokers()).find(({ parentPid }) => parentPid === program.pid)
        if (found === undefined) throw new Error('not yet')
        return found
      },
      { timeout: 60_000, interval: 10 },
    )
    expect(record.ready).toBe(false)
    program.child.kill('SIGKILL')
    await waitUntilGone(record)
  })

  it('prints its address alone on standard output, and is gone after Ctrl-C', async () => {
    const program = run('broker', 'start')
    const [, id = ''] = await program.sees(/runs as (\w+)/)
    const record = await only(id)
    expect(program.stdout()).toBe(`${record.bootstrapServers}\n`)
    program.child.kill('SIGINT')
    expect(await program.ended).toBe(0)
    expect(isGone(record)).toBe(true)
  })

  it('keeps less of each partition when it is to hold more of them', async () => {
    const retention = async (...args: string[]) => {
      const program = run('broker', 'start', ...args)
      const [, id = ''] = await program.sees(/runs as (\w+)/)
      const { dataDir } = await only(id)
      const file = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).find((name) =>
        name.endsWith('.properties'),
      )
      const text = readFileSync(join(dataDir, file ?? ''), 'utf8')
      program.child.kill('SIGINT')
      await program.ended
      const number = (key: string) => Number(new RegExp(`^${key}=(\\d+)$`, 'm').exec(text)?.[1])
      return number('log.retention.bytes') + number('log.segment.bytes')
    }
    expect(12 * (await retention())).toBeLessThan(4096 * 2 ** 20)
    expect(200 * (await retention('--partitions', '200'))).toBeLessThan(4096 * 2 ** 20)
  })

  it('runs apart from the session of its parent', async () => {
    const broker = await start()
    const session = (pid: number) =>
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[3]
    if (process.platform !== 'linux') return
    expect(session(broker.brokers[0]?.pid ?? 0)).not.toBe(session(process.pid))
  })

  it('lives on when detached, until it is stopped by its id', async () => {
    const program = run('broker', 'start', '--detach')
    expect(await program.ended).toBe(0)
    const [, id = ''] = await program.sees(/runs as (\w+)/)
    const record = await only(id)
    expect(record).toMatchObject({ detached: true, parentPid: null })
    const port = record.brokers[0]?.port ?? 0
    expect(await answers(port)).toBe(true)

    const status = run('broker', 'status', '--json')
    expect(await status.ended).toBe(0)
    expect(JSON.parse(status.stdout())).toContainEqual(record)

    const stop = run('broker', 'stop', id)
    expect(await stop.ended).toBe(0)
    expect(stop.stdout()).toBe(`${id}\n`)
    expect(isGone(record)).toBe(true)
  })

  it('leaves no data folder of this process behind', async () => {
    const broker = await start()
    const name = broker.dataDir.slice(tmpdir().length + 1)
    expect(readdirSync(tmpdir())).toContain(name)
    expect(existsSync(join(broker.dataDir, 'server-1.properties'))).toBe(true)
    await broker.stop()
    expect(readdirSync(tmpdir())).not.toContain(name)
  })
})

describe.skipIf(nativeClient() === undefined)('the mock broker', () => {
  it('is reachable, says what its figures are worth, and leaves nothing', async () => {
    const broker = await start({ engine: 'mock', brokers: 3 })
    expect(broker.brokers.map(({ id }) => id)).toEqual([1, 2, 3])
    for (const { port } of broker.brokers) expect(await answers(port)).toBe(true)
    expect(broker.limits).toEqual(['broker: librdkafka mock, figures show the client only'])
    const record = await only(broker.id)
    await broker.stop()
    expect(isGone(record)).toBe(true)
  })

  it('refuses what it cannot do', async () => {
    await expect(start({ engine: 'mock', port: 20_001 })).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })
})

describe('what cannot be started', () => {
  it('is told to get a JDK, with exit code 2', async () => {
    const program = tune(['broker', 'start', '--engine', 'kafka'], { JAVA_HOME: '/nowhere' })
    programs.push(program)
    expect(await program.ended).toBe(2)
    expect(program.stderr()).toMatch(/hint: .*JDK/)
  })

  it('is told about a wrong port before anything starts', async () => {
    expect(await run('broker', 'start', '--partitions', '0').ended).toBe(2)
    const program = run('broker', 'start', '--port', '99999')
    expect(await program.ended).toBe(2)
    expect(program.stdout()).toBe('')
  })
})
