/** Situations whose numbers are known beforehand, on a real broker. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBroker, type ThrowAwayBroker } from '../../src/broker/index.ts'
import { decodeHistogram } from '../../src/core/histogram.ts'
import { hasBroker } from './broker.ts'
import { resultOf, startTune } from './built.ts'
import { startProxy, type TcpProxy } from './proxy.ts'

/** Share of the values of an encoded histogram that are above a bound, to 0.1 %. */
function shareAbove(hdr: string, boundMs: number): number {
  const histogram = decodeHistogram(hdr)
  for (let permille = 1000; permille >= 0; permille--) {
    if (histogram.percentileMs(permille / 10) <= boundMs) return (1000 - permille) / 1000
  }
  return 1
}

const bench = (bootstrapServers: string, ...args: string[]) => [
  ...['bench', 'producer', '--bootstrap-server', bootstrapServers, '--create-topic', '--report', 'json'],
  ...args,
]

describe.skipIf(!hasBroker)('a producer bench on a broker that misbehaves', () => {
  let broker: ThrowAwayBroker
  let proxy: TcpProxy

  beforeAll(async () => {
    proxy = await startProxy(() => Number(broker.listeners.PROXIED?.[0]?.split(':')[1]))
    broker = await startBroker({
      engine: 'kafka',
      brokers: 1,
      listeners: [{ name: 'PROXIED', advertisedPort: proxy.port }],
    })
  })

  afterAll(async () => {
    await proxy?.close()
    await broker?.stop()
  })

  it('counts one stopped second of twenty against the records that were due in it', async () => {
    const pid = broker.brokers[0]?.pid ?? 0
    const run = startTune(
      bench(
        broker.bootstrapServers,
        ...['--throughput', '2000', '--duration', '20s', '--warmup', '3s'],
        ...['--producer-props', 'acks=all', 'enable.idempotence=true', 'linger.ms=0'],
      ),
    )
    await run.says(/measuring/)
    await new Promise((resolve) => setTimeout(resolve, 6000))
    process.kill(pid, 'SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    process.kill(pid, 'SIGCONT')
    const result = resultOf(await run.ended)

    const { latency, accounting } = result
    expect(latency?.maxMs).toBeGreaterThan(950)
    expect(latency?.maxMs).toBeLessThan(2000)
    // 1 s of 20 s is 5 % of the records. What is between 10 and 50 ms is this machine's own noise, so it is left out above.
    expect(shareAbove(latency?.hdr ?? '', 10)).toBeGreaterThan(0.045)
    expect(shareAbove(latency?.hdr ?? '', 50)).toBeLessThan(0.08)
    expect(accounting).toMatchObject({ sent: 40_000, acked: 40_000, failed: 0, unknown: 0 })
    expect(accounting).toMatchObject({ found: 40_000, lost: 0, duplicated: 0, exact: true })
    expect(result.lateness?.p99Ms).toBeLessThan(latency?.p99Ms ?? 0)
  })

  it('moves latency and service by what a proxy holds the answers back, and leaves lateness alone', async () => {
    const p50 = async (delayMs: number) => {
      proxy.delayAnswersMs(delayMs)
      const run = startTune(
        bench(`127.0.0.1:${proxy.port}`, ...['--throughput', '500', '--duration', '6s', '--warmup', '2s']),
      )
      const { latency, service, lateness } = resultOf(await run.ended)
      return { latency: latency?.p50Ms ?? 0, service: service?.p50Ms ?? 0, lateness: lateness?.p50Ms ?? 0 }
    }
    const direct = await p50(0)
    const held = await p50(50)
    expect(held.latency - direct.latency).toBeGreaterThan(45)
    expect(held.latency - direct.latency).toBeLessThan(55)
    expect(held.service - direct.service).toBeGreaterThan(45)
    expect(held.service - direct.service).toBeLessThan(55)
    expect(Math.abs(held.lateness - direct.lateness)).toBeLessThan(1)
  })

  it('calls a run generator-limited when its own thread was blocked for a second', async () => {
    // SIGSTOP would stop the client's threads too; a debugger's pause does not exist here: the hook blocks the thread.
    const run = startTune(
      bench(broker.bootstrapServers, ...['--throughput', '2000', '--duration', '10s', '--warmup', '2s']),
      { env: { NODE_OPTIONS: `--import ${new URL('./block-thread.mjs', import.meta.url).href}` } },
    )
    await run.says(/measuring/)
    await new Promise((resolve) => setTimeout(resolve, 4000))
    run.child.kill('SIGUSR2')
    const ended = await run.ended
    const result = resultOf(ended)
    expect(ended.code).toBe(3)
    expect(result.health.generatorLimited).toBe(true)
    expect(['event-loop', 'cpu']).toContain(result.health.limitedBy)
    expect(result.lateness?.maxMs).toBeGreaterThan(900)
    expect(result.lateness?.p99Ms).toBeGreaterThan(500)
    expect(result.service?.p99Ms).toBeLessThan(500)
  })
})
