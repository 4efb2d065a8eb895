/** `tune bench http` on real APIs and a real broker: known answers, faults, accounting. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startBroker, type ThrowAwayBroker } from '../../src/broker/index.ts'
import { decodeHistogram } from '../../src/core/histogram.ts'
import { checkResult } from '../../src/core/recompute.ts'
import type { HttpResult } from '../../src/core/result.ts'
import { sum } from '../../src/core/sum.ts'
import { connectAdmin } from '../../src/drivers/admin.ts'
import { makeStubCertificate } from '../../src/http/stub/certificate.ts'
import { DEFAULT_STUB, type StubOptions } from '../../src/http/stub/options.ts'
import { startStub } from '../../src/http/stub/server.ts'
import { connectionTo } from '../drivers/plan.ts'
import { hasBroker, sharedBroker } from './broker.ts'
import { httpResultOf, startTune, tune } from './built.ts'
import { API_FAULTS, HOPELESS } from './http-faults.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const bench = (...args: string[]) => ['bench', 'http', '--report', 'json', '--warmup', '0', ...args]
const alone = (...args: string[]) => bench('--sink', 'none', ...args)

async function stubOf(options: Partial<StubOptions>): Promise<Awaited<ReturnType<typeof startStub>>> {
  const stub = await startStub({ ...DEFAULT_STUB, ...options }, { port: 0, http2: false })
  open.push(stub)
  return stub
}

async function served(handle: Parameters<typeof createServer>[1]): Promise<{ url: string; server: Server }> {
  const server = createServer(handle)
  open.push({
    close() {
      server.closeAllConnections()
      server.close()
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Of a server on a port
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/records`, server }
}

/** What holds whatever goes wrong. */
function expectWhole(result: HttpResult): void {
  expect(checkResult(result)).toEqual([])
  const { sent, acked, failed, unknown } = result.accounting
  expect(sent).toBe(acked + failed + unknown)
  expect(result.pages.records).toBe(sent + result.pages.recordsRejected + result.pages.recordsLeft)
}

/** Share of the values of an encoded histogram that are above a bound, to 0.1 %. */
function shareAbove(hdr: string | undefined, boundMs: number): number {
  const histogram = decodeHistogram(hdr ?? '')
  for (let permille = 1000; permille >= 0; permille--) {
    if (histogram.percentileMs(permille / 10) <= boundMs) return (1000 - permille) / 1000
  }
  return 1
}

describe('an API whose answers are known', () => {
  it('is told to take its 20 ms, by a clock that the server’s own bears out', async () => {
    const stub = await stubOf({ records: 1, latency: { kind: 'constant', ms: 20 } })
    const result = httpResultOf(
      await tune(alone('--url', stub.url, '--tasks', '20', '--polls', '200', '--duration', '4s')),
    )
    expectWhole(result)
    const { api } = result
    expect(api?.count).toBeGreaterThan(600)
    expect(api?.p50Ms).toBeGreaterThanOrEqual(20)
    expect(api?.minMs).toBeGreaterThanOrEqual(19.9)
    const { host, health } = result
    // On a machine that is busy with other things the rest is theirs
    if ((host?.cpuRatio ?? 1) > 0.7 || health.tool.eventLoopP99Ms > 3) return
    expect(api?.p50Ms).toBeLessThan(21)
    // The slowest of a hundred tell of the machine: npm run bench:peers -- --only http-answer
  })

  it('that stalls for a second has the stall counted from the due times', async () => {
    const stub = await stubOf({ records: 1, stall: { afterMs: 2000, forMs: 1000 } })
    const result = httpResultOf(await tune(alone('--url', stub.url, '--polls', '50', '--duration', '6s')))
    expectWhole(result)
    expect(result.latency?.maxMs).toBeGreaterThan(950)
    // A sixth of the polls was due in it, one of them was asked in it
    expect(shareAbove(result.latency?.hdr, 100)).toBeGreaterThan(0.1)
    expect(shareAbove(result.service?.hdr, 900)).toBeLessThan(0.02)
    expect(result.service?.maxMs).toBeGreaterThan(900)
  })
})

describe('an API that', () => {
  for (const { name, args, codes, expect: holds } of API_FAULTS) {
    it(name, async () => {
      const ended = await tune(
        alone('--polls', '10', '--duration', '2500ms', '--drain-timeout', '4s', ...args),
      )
      const result = httpResultOf(ended)
      expect([0, 3]).toContain(ended.code)
      expectWhole(result)
      const found = Object.keys(result.requests.errors)
      expect(found.filter((code) => codes?.test(code) !== true)).toEqual([])
      if (codes !== undefined) expect(found).not.toEqual([])
      expect(holds?.(result) ?? true).toBe(true)
    })
  }

  for (const { name, args, says } of HOPELESS) {
    it(`${name} ends the run with its first answer`, async () => {
      const ended = await tune(alone('--duration', '10s', ...args))
      expect(ended.code).toBe(2)
      expect(ended.stderr).toMatch(says)
      expect(ended.stdout).toBe('')
    })
  }

  it('is down is named without its secrets', async () => {
    const { url, server } = await served(() => {})
    server.close()
    const ended = await tune(alone('--url', `${url}?sig=hunter2&page=1`, '--duration', '10s'))
    expect(ended.code).toBe(2)
    expect(ended.stderr).toMatch(/nobody listens at http:\/\/127\.0\.0\.1:\d+\/records\?sig=/)
    expect(ended.stderr).not.toContain('hunter2')
  })

  it('goes down in mid run is counted from then on', async () => {
    const { url, server } = await served((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('[{"id":1}]')
    })
    const run = startTune(alone('--url', url, '--polls', '20', '--duration', '4s', '--retries', '0'))
    await run.says(/measuring/)
    server.closeAllConnections()
    server.close()
    const ended = await run.ended
    const result = httpResultOf(ended)
    expectWhole(result)
    expect(Object.keys(result.requests.errors).filter((code) => !/^(REFUSED|RESET)$/.test(code))).toEqual([])
    expect(result.requests.failed).toBeGreaterThan(10)
    if (!result.health.generatorLimited) expect(result.health.limitedBy).toBe('api')
  })

  it('sends 200 MB is cut off, and costs no memory', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    const { url } = await served((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      let left = 200
      const more = () => {
        while (left-- > 0) if (!response.write(chunk)) return
        response.end()
      }
      response.on('drain', more)
      more()
    })
    const ended = await tune(
      alone('--url', url, '--polls', '4', '--duration', '2s', '--retries', '0', '--max-response', '5MiB'),
    )
    const result = httpResultOf(ended)
    expect(ended.code).toBe(3)
    expectWhole(result)
    expect(Object.keys(result.requests.errors)).toEqual(['RESPONSE_TOO_LARGE'])
    expect(result.health.tool.rssMaxBytes - result.health.tool.rssStartBytes).toBeLessThan(100 * 2 ** 20)
  })

  it('shows a certificate of nobody’s is refused, unless its authority is named', async () => {
    const tls = makeStubCertificate()
    const stub = await startStub({ ...DEFAULT_STUB, records: 10 }, { port: 0, http2: false, tls })
    open.push(stub)
    const refused = await tune(alone('--url', stub.url, '--duration', '10s'))
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/its certificate is not trusted/)
    const own = await tune(alone('--stub-tls', '--stub-records', '100', '--polls', '5', '--duration', '1s'))
    expect(httpResultOf(own).accounting.acked).toBeGreaterThan(0)
  })
})

describe('an interrupted run', () => {
  it('reports what it has, and ends with 130', async () => {
    const run = startTune(alone('--polls', '20', '--duration', '60s', '--stub-records', '100'))
    await run.says(/measuring/)
    run.child.kill('SIGINT')
    const ended = await run.ended
    expect(ended.code).toBe(130)
    const result = httpResultOf(ended)
    expect(result.complete).toBe(false)
    expectWhole(result)
  })
})

describe.skipIf(!hasBroker)('records that go to a broker', () => {
  for (const driver of ['confluent', 'kafkajs', 'wire']) {
    it(`are all found in the topic: ${driver}`, async () => {
      const ended = await tune(
        bench(
          ...['--bootstrap-server', sharedBroker().bootstrapServers, '--create-topic', '--driver', driver],
          ...['--polls', '5', '--duration', '2s', '--stub-records', '700', '--batch-records', '64'],
        ),
      )
      const result = httpResultOf(ended)
      expectWhole(result)
      const { sent, acked, found, lost } = result.accounting
      expect([acked, found, lost]).toEqual([sent, sent, 0])
      expect(sent).toBe(700 * result.polls.done)
    })
  }

  it('in error are counted, and found in the dead-letter topic', async () => {
    const page = [
      { id: 1, text: 'good' },
      { id: 'one', text: 'of the wrong type' },
      { id: 3, text: 'x'.repeat(2000) },
      { id: 4, text: 'good' },
    ]
    const { url } = await served((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page))
    })
    const folder = mkdtempSync(join(tmpdir(), 'tune-http-'))
    open.push({ close: () => rmSync(folder, { recursive: true }) })
    const config = join(folder, 'orders.properties')
    writeFileSync(
      config,
      [
        `http.source.url=${url}`,
        'transformation.enabled=true',
        'transformation.validation.enabled=true',
        'transformation.max.record.size.bytes=1024',
        'transformation.field.mappings=[{"source": "id", "target": "id", "type": "INTEGER"}, {"source": "text", "target": "text", "type": "STRING"}]',
      ].join('\n'),
    )
    const { bootstrapServers } = sharedBroker()
    const deadLetters = `dead-letters-${process.pid}`
    const result = httpResultOf(
      await tune(
        bench(
          ...['--bootstrap-server', bootstrapServers, '--create-topic', '--config', config],
          ...['--dead-letter-topic', deadLetters, '--polls', '5', '--duration', '2s', '--partitions', '3'],
        ),
      ),
    )
    expectWhole(result)
    const { done } = result.polls
    expect(done).toBeGreaterThan(0)
    expect(result.pages.recordsRejected).toBe(2 * done)
    expect(result.connectors[0]?.rejected).toEqual({ FIELD_TYPE: done, RECORD_TOO_LARGE: done })
    expect(result.connectors[0]?.deadLetters).toBe(2 * done)
    expect([result.accounting.acked, result.accounting.found]).toEqual([2 * done, 2 * done])
    const admin = await connectAdmin(connectionTo(bootstrapServers))
    open.push(admin)
    expect(sum(await admin.endOffsets(deadLetters, 3))).toBe(2 * done)
  })

  describe('that stops for ten seconds', () => {
    let broker: ThrowAwayBroker
    beforeAll(async () => {
      broker = await startBroker({ engine: 'kafka', brokers: 1 })
    })
    afterAll(async () => {
      await broker?.stop()
    })

    it('hold the poller up within bounds, and none is lost or doubled', async () => {
      const pid = broker.brokers[0]?.pid ?? 0
      const run = startTune(
        bench(
          ...['--bootstrap-server', broker.bootstrapServers, '--create-topic', '--duration', '20s'],
          ...['--drain-timeout', '60s'],
          ...['--polls', '-1', '--tasks', '4', '--stub-endless', '--max-pages', '1000000'],
          ...['--stub-record-bytes', '1024', '--producer-props', 'acks=all', 'enable.idempotence=true'],
          'buffer.memory=4194304',
        ),
      )
      await run.says(/measuring/)
      process.kill(pid, 'SIGSTOP')
      await new Promise((resolve) => setTimeout(resolve, 10_000))
      process.kill(pid, 'SIGCONT')
      const result = httpResultOf(await run.ended)
      expectWhole(result)
      const { acked, unknown, found = 0, lost, duplicated } = result.accounting
      expect([lost, duplicated]).toEqual([0, 0])
      expect(found).toBeGreaterThanOrEqual(acked)
      expect(found).toBeLessThanOrEqual(acked + unknown)
      expect(result.times.sinkMs).toBeGreaterThan(5000)
      expect(result.health.tool.rssMaxBytes - result.health.tool.rssStartBytes).toBeLessThan(300 * 2 ** 20)
    })
  })
})
