import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { debeziumConfig, ownNames, topicOf } from '../../src/connect/debezium.ts'
import { connectAt, whyDead } from '../../src/connect/rest.ts'
import { databaseTarget } from '../../src/postgres/target.ts'

let server: Server | undefined
afterEach(() => server?.close())

/** A worker that gives these answers, one after the other, and keeps what it was asked. */
async function worker(...answers: readonly (readonly [status: number, body: unknown])[]) {
  const asked: string[] = []
  const logins: (string | undefined)[] = []
  const left = [...answers]
  const listening = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    logins.push(request.headers.authorization)
    const [status, body] = left.shift() ?? [404, {}]
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  server = listening
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  // It listens on a port
  const { port } = listening.address() as AddressInfo
  return { host: `127.0.0.1:${port}`, asked, logins }
}

describe('a Connect worker', () => {
  it('is asked again while it rebalances', async () => {
    const { host, asked } = await worker([409, {}], [201, { name: 'c' }])
    await connectAt(`http://${host}/`).create('c', { a: 'b' })
    expect(asked).toEqual(['POST /connectors', 'POST /connectors'])
  })

  it('says what it does not like, without secrets', async () => {
    const { host, logins } = await worker([400, { message: 'password hunter2\nis wrong' }])
    const connect = connectAt(`http://me:pw77@${host}`, ['hunter2'])
    const refused = connect.create('c', {})
    await expect(refused).rejects.toMatchObject({
      code: 'CONNECTOR',
      message: expect.stringContaining('password [hidden] is wrong'),
    })
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('pw77') })
    expect(logins).toEqual([`Basic ${Buffer.from('me:pw77').toString('base64')}`])
  })

  it('tells of a connector, or that there is none', async () => {
    const { host } = await worker(
      [200, { connector: { state: 'RUNNING' }, tasks: [{ id: 0, state: 'RUNNING' }] }],
      [404, { error_code: 404 }],
    )
    const connect = connectAt(`http://${host}`)
    expect(await connect.status('c')).toEqual({ state: 'RUNNING', tasks: [{ id: 0, state: 'RUNNING' }] })
    expect(await connect.status('c')).toBeUndefined()
  })

  it('is unreachable where nobody answers', async () => {
    await expect(connectAt('http://127.0.0.1:9').status('c')).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })
})

describe('a connector', () => {
  const trace =
    'org.apache.kafka.connect.errors.ConnectException: stopped\n\tat x\nCaused by: org.postgresql.util.PSQLException: FATAL: no slot left\n\tat y'

  it('is dead when it is gone or has failed, with the last cause; not when it is paused', () => {
    expect(whyDead('c', undefined)).toBe('connector c is there no longer')
    expect(whyDead('c', { state: 'RUNNING', tasks: [{ id: 0, state: 'FAILED', trace }] })).toBe(
      'task 0 of connector c failed: PSQLException: FATAL: no slot left',
    )
    expect(whyDead('c', { state: 'PAUSED', tasks: [{ id: 0, state: 'PAUSED' }] })).toBeUndefined()
  })

  it("of tune's own keeps its names, whatever else is asked", () => {
    const names = ownNames('1a2b')
    const target = databaseTarget('postgres://tune@db:6000/shop', '--database-url', { PGPASSWORD: 'x' }, true)
    const config = debeziumConfig(names, target, {
      'poll.interval.ms': '50',
      'slot.name': 'other',
      'database.hostname': 'pg',
    })
    expect(config).toMatchObject({
      ...{ 'slot.name': 'tune_cdc_1a2b', 'topic.prefix': 'tune-cdc-1a2b', 'plugin.name': 'pgoutput' },
      ...{
        'database.hostname': 'pg',
        'database.port': '6000',
        'database.password': 'x',
        'poll.interval.ms': '50',
      },
      'table.include.list': 'public.tune_cdc_1a2b',
    })
    expect(topicOf(names.connector, names.table)).toBe('tune-cdc-1a2b.public.tune_cdc_1a2b')
  })
})
