/** What properties of the guide do to connections and requests, over sockets on loopback. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openInstance } from '../../../src/bench/http/instance.ts'
import { realClock } from '../../../src/core/clock.ts'
import { Recorder } from '../../../src/core/recorder.ts'
import { runPhase } from '../../../src/core/run.ts'
import { type Properties, setupOf } from './at-work.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

/** An API with one record, which remembers what it was asked. */
async function api() {
  const headers: Record<string, unknown>[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    headers.push(request.headers)
    sockets.add(request.socket)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":1}')
  })
  open.push({ close: () => server.close() })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/records`, headers, sockets }
}

/** So many polls by a connector with these properties, one after the other. */
async function poll(properties: Properties, polls: number) {
  const load = { shape: 'unpaced', maxInFlight: 1 } as const
  const instance = await openInstance(
    { setup: setupOf(properties), load },
    {
      clock: realClock,
      events: { requestSent: () => {}, requestDone: () => {}, batchSent: () => {} },
      onDone: () => {},
      openSink: undefined,
    },
  )
  open.push(instance)
  const recorder = new Recorder({ intervalMs: 1000, answered: true, keepSeries: false })
  await runPhase(
    { load, numRecords: polls, precise: false, drainMs: 5000 },
    { clock: realClock, client: instance.poller, recorder, signal: new AbortController().signal },
    instance.answers,
  )
  return recorder.finish(realClock.nowMs())
}

describe('requests', () => {
  it('carry http.source.headers', async () => {
    const { url, headers } = await api()
    const { acked } = await poll(
      { 'http.source.url': url, 'http.source.headers': 'X-Api-Key:secret;X-Team:blue' },
      2,
    )
    expect(acked).toBe(2)
    expect(headers).toHaveLength(2)
    for (const one of headers) expect(one).toMatchObject({ 'x-api-key': 'secret', 'x-team': 'blue' })
  })
})

describe('connections', () => {
  it('are kept for the next request where http.client.connection.pool.enabled says so', async () => {
    const [kept, anew] = [await api(), await api()]
    await poll({ 'http.source.url': kept.url, 'http.client.connection.pool.enabled': 'true' }, 5)
    await poll({ 'http.source.url': anew.url, 'http.client.connection.pool.enabled': 'false' }, 5)
    expect([kept, anew].map(({ headers }) => headers.length)).toEqual([5, 5])
    expect(kept.sockets.size).toBeLessThan(5)
    expect(anew.sockets.size).toBe(5)
  })

  it('take in as much before they are read as http.client.buffer.size.bytes says', async () => {
    const { url } = await api()
    const { port } = new URL(url)
    const sizes: number[] = []
    const onConnected = (message: unknown) => {
      const { socket, connectParams } = message as { socket: Socket; connectParams: { port: string } }
      if (connectParams.port === port) sizes.push(socket.readableHighWaterMark)
    }
    subscribe('undici:client:connected', onConnected)
    try {
      await poll({ 'http.source.url': url, 'http.client.buffer.size.bytes': '4096' }, 1)
    } finally {
      unsubscribe('undici:client:connected', onConnected)
    }
    expect(sizes).toEqual([4096])
  })
})
