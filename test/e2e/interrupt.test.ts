/** Ctrl-C at any moment: what was measured is told, nothing is left behind. */
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { checkResult } from '../../src/core/recompute.ts'
import { hasBroker, sharedBroker } from './broker.ts'
import { resultOf, startTune } from './built.ts'

async function topicsOfTune(): Promise<string[]> {
  const admin = new Kafka({ brokers: [sharedBroker().bootstrapServers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const topics = await admin.listTopics()
  await admin.disconnect()
  return topics.filter((name) => name.startsWith('tune-bench-'))
}

const start = (cwd: string) =>
  startTune(
    [
      ...['bench', 'producer', '--bootstrap-server', sharedBroker().bootstrapServers, '--create-topic'],
      ...['--throughput', '500', '--duration', '60s', '--warmup', '2s', '--report', 'json'],
    ],
    { cwd },
  )

describe.skipIf(!hasBroker)('a bench that is interrupted', () => {
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
    expect(await topicsOfTune()).toEqual([])
  })

  it('by SIGTERM during the warm-up reports that nothing was measured', async () => {
    const run = start(mkdtempSync(join(tmpdir(), 'tune-int-')))
    await run.says(/warm-up/)
    run.child.kill('SIGTERM')
    const ended = await run.ended
    expect(ended.code).toBe(143)
    expect(resultOf(ended)).toMatchObject({ complete: false, accounting: { sent: 0 } })
    expect(await topicsOfTune()).toEqual([])
  })

  it('twice ends at once', async () => {
    const run = start(mkdtempSync(join(tmpdir(), 'tune-int-')))
    await run.says(/measuring/)
    run.child.kill('SIGINT')
    run.child.kill('SIGINT')
    const { code, stdout } = await run.ended
    // Two signals that come as one are one Ctrl-C.
    if (stdout === '') expect(code).toBe(130)
    else expect(resultOf({ code, stdout, stderr: '' }).complete).toBe(false)
  })
})
