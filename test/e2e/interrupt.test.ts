/** Ctrl-C at any moment: what was measured is told, nothing is left behind. */
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBroker, type ThrowAwayBroker } from '../../src/broker/index.ts'
import { checkResult } from '../../src/core/recompute.ts'
import { hasBroker, sharedBroker } from './broker.ts'
import { resultOf, startTune } from './built.ts'
import { startProxy, type TcpProxy } from './proxy.ts'

/** Whether the topic that a run made is there. */
async function isThere(topic: string): Promise<boolean> {
  const admin = new Kafka({ brokers: [sharedBroker().bootstrapServers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const topics = await admin.listTopics()
  await admin.disconnect()
  return topics.includes(topic)
}

/** The name of that topic. */
const topicOf = ({ stderr }: { stderr: string }) => /topic (tune-bench-\w+)/.exec(stderr)?.[1] ?? ''

const start = (cwd: string, server = sharedBroker().bootstrapServers) =>
  startTune(
    [
      ...['bench', 'producer', '--bootstrap-server', server, '--create-topic'],
      ...['--throughput', '500', '--duration', '60s', '--warmup', '2s', '--report', 'json'],
    ],
    { cwd },
  )

describe.skipIf(!hasBroker)('a bench that is interrupted', () => {
  it('stops and removes its topic when nobody reads what it says any more, as behind `| head`', async () => {
    const run = start(mkdtempSync(join(tmpdir(), 'tune-unread-')))
    await run.says(/measuring/)
    const topic = topicOf({ stderr: run.stderr() })
    expect(await isThere(topic)).toBe(true)
    run.child.stdout?.destroy()
    run.child.stderr?.destroy()
    expect((await run.ended).code).toBe(143)
    expect(await isThere(topic)).toBe(false)
  })

  it('drains, reports, keeps the result and removes its topic', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'tune-int-'))
    const run = start(cwd)
    await run.says(/measuring/)
    await new Promise((resolve) => setTimeout(resolve, 2000))
    run.child.kill('SIGINT')
    const ended = await run.ended
    const result = resultOf(ended)
    expect(ended.code).toBe(130)
    expect(result.complete).toBe(false)
    expect(result.accounting.acked).toBeGreaterThan(500)
    expect(result.accounting.acked).toBe(result.accounting.sent)
    expect(checkResult(result)).toEqual([])
    expect(readdirSync(join(cwd, '.tune', 'results'))).toHaveLength(1)
    expect(topicOf(ended)).not.toBe('')
    expect(await isThere(topicOf(ended))).toBe(false)
  })

  it('by SIGTERM during the warm-up reports that nothing was measured', async () => {
    const run = start(mkdtempSync(join(tmpdir(), 'tune-int-')))
    await run.says(/warm-up/)
    run.child.kill('SIGTERM')
    const ended = await run.ended
    expect(ended.code).toBe(143)
    expect(resultOf(ended)).toMatchObject({ complete: false, accounting: { sent: 0 } })
    expect(topicOf(ended)).not.toBe('')
    expect(await isThere(topicOf(ended))).toBe(false)
  })
})

describe.skipIf(!hasBroker)('a bench whose answers are held back for 10 s', () => {
  let broker: ThrowAwayBroker
  let proxy: TcpProxy

  beforeAll(async () => {
    proxy = await startProxy(() => Number(broker.listeners.PROXIED?.[0]?.split(':')[1]))
    const listeners = [{ name: 'PROXIED', advertisedPort: proxy.port }]
    broker = await startBroker({ engine: 'kafka', brokers: 1, listeners })
  })

  afterAll(async () => {
    await proxy?.close()
    await broker?.stop()
  })

  it('ends at once with the second Ctrl-C, and says nothing more', async () => {
    const run = start(mkdtempSync(join(tmpdir(), 'tune-int-')), `127.0.0.1:${proxy.port}`)
    await run.says(/measuring/)
    proxy.delayAnswersMs(10_000)
    await new Promise((resolve) => setTimeout(resolve, 500))
    run.child.kill('SIGINT')
    await run.says(/stopping: .*again to quit at once/)
    expect(run.child.exitCode).toBeNull()
    const secondMs = performance.now()
    run.child.kill('SIGINT')
    expect(await run.ended).toMatchObject({ code: 130, stdout: '' })
    expect(performance.now() - secondMs).toBeLessThan(5000)
  })
})
