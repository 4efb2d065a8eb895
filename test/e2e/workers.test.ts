/** Several processes that share a load, and several runs of one plan, on a real broker. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mergeSummaries } from '../../src/core/histogram.ts'
import { checkResult } from '../../src/core/recompute.ts'
import { repeatedSchema } from '../../src/core/repeated.ts'
import { connectAdmin } from '../../src/drivers/admin.ts'
import { nativeClientDir } from '../../src/native.ts'
import { connectionTo } from '../drivers/plan.ts'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'
import { consumerResultOf, e2eResultOf, resultOf, startTune, tune } from './built.ts'

const DRIVERS = ['confluent', 'kafkajs', 'wire'].filter(
  (name) => name !== 'confluent' || nativeClientDir() !== undefined,
)
const at = () => ['--bootstrap-server', sharedBroker().bootstrapServers, '--report', 'json']
const to = () => [...at(), '--create-topic']

/** Processes whose parent is this one. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return (
          readFileSync(join('/proc', name, 'stat'), 'utf8')
            .split(') ')[1]
            ?.split(' ')[1] === String(pid)
        )
      } catch {
        return false
      }
    })
    .map(Number)
}

/** A run that has come so far, and its processes. */
async function running(args: readonly string[], far: RegExp) {
  const run = startTune(args)
  await run.says(far)
  return { run, workers: childrenOf(run.child.pid ?? 0) }
}

describe.skipIf(!hasBroker)('--workers', () => {
  const sending = (driver: string) =>
    running(
      ['bench', 'producer', ...to(), '--driver', driver, '--workers', '2', '--duration', '30s'],
      /measuring/,
    )

  it.each(DRIVERS)(
    'sends each record once and adds up what the processes measured, on %s',
    async (driver) => {
      const ended = await tune([
        ...['bench', 'producer', ...to(), '--driver', driver, '--workers', '3'],
        ...['--throughput', '3000', '--warmup', '500ms', '--duration', '2s', '--partitions', '4'],
      ])
      expect([0, 3], ended.stderr).toContain(ended.code)
      const result = resultOf(ended)
      expect(checkResult(result)).toEqual([])
      expect(result.accounting).toMatchObject({
        sent: 6000,
        acked: 6000,
        found: 6000,
        lost: 0,
        duplicated: 0,
      })
      expect(result.workers).toHaveLength(3)
      expect(result.workers?.map(({ sent }) => sent)).toEqual([2000, 2000, 2000])
      const merged = mergeSummaries((result.workers ?? []).map(({ latency }) => latency))
      expect(merged).toEqual(result.latency)
      for (const { health } of result.workers ?? []) expect(health.tool.rssBytes).toBeGreaterThan(0)
    },
  )

  it('sends a number of records, as fast as it goes', async () => {
    const ended = await tune([
      ...['bench', 'producer', ...to(), '--driver', 'wire', '--workers', '2', '--throughput', '-1'],
      ...['--num-records', '100001', '--record-size', '100'],
    ])
    expect([0, 3], ended.stderr).toContain(ended.code)
    const result = resultOf(ended)
    expect(checkResult(result)).toEqual([])
    expect(result.accounting).toMatchObject({ sent: 100_001, acked: 100_001, found: 100_001 })
    expect(result.workers?.map(({ sent }) => sent)).toEqual([50_001, 50_000])
  })

  it('receives each record once, end to end, where every process knows its own', async () => {
    const ended = await tune([
      ...['bench', 'e2e', ...to(), '--driver', 'kafkajs', '--workers', '2'],
      ...['--throughput', '400', '--warmup', '500ms', '--duration', '2s', '--partitions', '4'],
    ])
    expect([0, 3], ended.stderr).toContain(ended.code)
    const result = e2eResultOf(ended)
    expect(checkResult(result)).toEqual([])
    expect(result.accounting).toMatchObject({ sent: 800, acked: 800 })
    expect(result.reception).toMatchObject({ received: 800, missing: 0, repeated: 0, foreign: 0 })
  })

  it('ends with the cause when a process dies, and leaves none behind', async () => {
    const { run, workers } = await sending('kafkajs')
    expect(workers).toHaveLength(2)
    process.kill(workers[1] ?? 0, 'SIGKILL')
    expect((await run.ended).code).toBe(3)
    expect(run.stderr()).toMatch(/worker [12] of 2 ended before its answer \(SIGKILL\)/)
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow()
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('reports what was measured until %s', async (signal) => {
    const { run, workers } = await sending('wire')
    // As a terminal does: to every process
    for (const pid of [run.child.pid ?? 0, ...workers]) process.kill(pid, signal)
    const ended = await run.ended
    expect(ended.code).toBe(signal === 'SIGINT' ? 130 : 143)
    const result = resultOf(ended)
    expect(checkResult(result)).toEqual([])
    expect(result.complete).toBe(false)
    expect(result.accounting.sent).toBeGreaterThan(0)
  })

  it('ends its processes when it is killed itself', async () => {
    const { run, workers } = await sending('wire')
    process.kill(run.child.pid ?? 0, 'SIGKILL')
    await run.ended
    const deadline = Date.now() + 5000
    const isAlive = (pid: number) => {
      try {
        process.kill(pid, 0)
        return true
      } catch {
        return false
      }
    }
    while (workers.some(isAlive) && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50))
    expect(workers.filter(isAlive)).toEqual([])
  })

  it('says what one process says of a topic that is not there', async () => {
    const ended = await tune([
      ...[
        'bench',
        'producer',
        ...at(),
        '--driver',
        'wire',
        '--workers',
        '2',
        '--topic',
        newTopicName('none'),
      ],
    ])
    expect(ended.code).toBe(2)
    expect(ended.stderr).toMatch(/does not exist/)
  })
})

describe.skipIf(!hasBroker)('--workers of a consumer bench', () => {
  const read = (...args: string[]) => ['bench', 'consumer', ...at(), '--workers', '2', ...args]
  const readOwn = (...args: string[]) => read('--partitions', '4', ...args)

  /** Both wait for records that nobody writes. */
  const waiting = async () => {
    const topic = newTopicName('silent')
    const admin = await connectAdmin(connectionTo(sharedBroker().bootstrapServers))
    await admin.create(topic, { partitions: 4, replicationFactor: 1, configs: {} })
    await admin.close()
    const args = ['--topic', topic, '--from', 'latest', '--timeout', '60s', '--duration', '60s']
    return running(read('--driver', 'wire', ...args), /joining/)
  }

  it.each(DRIVERS)('reads each record once, whoever has its partition, on %s', async (driver) => {
    const ended = await tune(readOwn('--driver', driver, '--num-records', '20000', '--record-size', '100'))
    expect([0, 3], ended.stderr).toContain(ended.code)
    const result = consumerResultOf(ended)
    expect(checkResult(result)).toEqual([])
    expect(result.consumption).toMatchObject({ received: 20_000, repeated: 0, lagRecords: 0 })
    expect(result.plan.consumers).toBe(2)
    expect(result.workers?.map(({ consumers }) => consumers)).toEqual([1, 1])
    const each = (result.workers ?? []).map(({ records }) => records)
    expect(each.reduce((sum, records) => sum + records, 0)).toBe(20_000)
    // In a group the first to join may have read all before the other has joined
    if (driver === 'wire') expect(Math.min(...each)).toBeGreaterThan(0)
    for (const { tool } of result.workers ?? []) expect(tool.rssBytes).toBeGreaterThan(0)
  })

  it('holds up the clients while the application works, and commits through them', async () => {
    const ended = await tune(
      readOwn(
        ...['--driver', 'kafkajs', '--consumers', '3', '--num-records', '600', '--record-size', '100'],
        ...['--process-ms', '20', '--process-per', 'batch', '--batch-size', '50', '--commit', 'batch'],
      ),
    )
    expect([0, 3], ended.stderr).toContain(ended.code)
    const result = consumerResultOf(ended)
    expect(checkResult(result)).toEqual([])
    expect(result.consumption).toMatchObject({ received: 600, lagRecords: 0, commitsFailed: 0 })
    expect(result.consumption.commits).toBeGreaterThan(0)
    expect(result.processing?.minMs).toBeGreaterThan(18)
    expect(result.workers?.map(({ consumers }) => consumers)).toEqual([2, 1])
  })

  it('reports what was read until SIGINT, and leaves no process behind', async () => {
    const { run, workers } = await waiting()
    expect(workers).toHaveLength(2)
    for (const pid of [run.child.pid ?? 0, ...workers]) process.kill(pid, 'SIGINT')
    expect((await run.ended).code).toBe(130)
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow()
  })

  it('ends with the cause when a process dies', async () => {
    const { run, workers } = await waiting()
    process.kill(workers[0] ?? 0, 'SIGKILL')
    const ended = await run.ended
    expect(ended.code).toBe(3)
    expect(ended.stderr).toMatch(/worker 1 of 2 ended before its answer \(SIGKILL\)/)
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow()
  })

  it('refuses more processes than consumers', async () => {
    const ended = await tune(readOwn('--consumers', '1'))
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(/--workers 2 have only 1/) })
  })
})

describe.skipIf(!hasBroker)('--repeat', () => {
  it('makes fresh runs, keeps each, and shows their spread', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'tune-repeat-'))
    const ended = await tune(
      [
        ...['bench', 'producer', ...to(), '--driver', 'wire', '--repeat', '3', '--save', 'runs.json'],
        ...['--throughput', '500', '--warmup', '200ms', '--duration', '1s', '--partitions', '2'],
      ],
      { cwd },
    )
    expect([0, 3], ended.stderr).toContain(ended.code)
    const document = repeatedSchema.parse(JSON.parse(ended.stdout))
    expect(document.runs).toHaveLength(3)
    expect(new Set(document.runs.map(({ plan }) => 'topic' in plan && plan.topic)).size).toBe(3)
    expect(document.runs.flatMap(checkResult)).toEqual([])
    expect(document.spread['latency.p99Ms']?.count).toBe(3)
    expect(document.spread.recordsSent).toMatchObject({ median: 500, min: 500, max: 500, variation: 0 })
    const saved = await tune(['report', 'runs.json', '--report', 'json'], { cwd })
    expect(JSON.parse(saved.stdout)).toEqual(document)
    const listed = await tune(['report', 'list', '--json'], { cwd })
    expect(JSON.parse(listed.stdout)).toHaveLength(3)
  })
})
