import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import type { BrokerPlan } from '../../src/bench/plan.ts'
import { isThisMachine, mayLoad, mayLoadBehind } from '../../src/commands/local.ts'
import { testIo } from '../test-io.ts'

/** A terminal on which somebody answers. */
function terminal(answer: string | undefined) {
  const asked: string[] = []
  const io = testIo({
    ask: async (question) => {
      asked.push(question)
      return answer
    },
  })
  return { io, asked }
}

const REMOTE = 'kafka.example.com:9092'

describe('this machine', () => {
  it.each([
    'localhost:9092',
    '127.0.0.1:9092',
    '127.8.8.8:1,localhost:2',
    '[::1]:9092',
    `${hostname()}:9092`,
  ])('is %s', (servers) => expect(isThisMachine(servers)).toBe(true))

  it.each([REMOTE, '127.0.0.1.example.com:9092', '127.evil:9092', '192.0.2.1:9092', `localhost:1,${REMOTE}`])(
    'is not %s',
    (servers) => expect(isThisMachine(servers)).toBe(false),
  )
})

describe('load on another machine', () => {
  it.each(['y', 'Y', 'yes', ' YES '])('goes on after %j', async (answer) => {
    const { io, asked } = terminal(answer)
    await mayLoad(io, REMOTE, 'this sends load', false)
    expect(asked).toEqual([`this sends load at ${REMOTE}, which is not on this machine. Go on? [y/N] `])
  })

  it.each(['n', '', 'no', 'yup', undefined])('does not go on after %j', async (answer) => {
    const { io } = terminal(answer)
    await expect(mayLoad(io, REMOTE, 'this sends load', false)).rejects.toMatchObject({
      code: 'USAGE',
      exitCode: 2,
      message: expect.stringContaining(REMOTE),
      hint: expect.stringContaining('--yes'),
    })
  })

  it('is not asked about with --yes, nor on this machine', async () => {
    const { io, asked } = terminal('n')
    await mayLoad(io, REMOTE, 'this sends load', true)
    await mayLoad(io, 'localhost:9092', 'this sends load', false)
    expect(asked).toEqual([])
  })
})

describe('brokers behind an address of this machine', () => {
  const local: BrokerPlan = { throwAway: false, engine: 'unknown', onThisMachine: true }
  const admin = (...hosts: string[]) => ({
    cluster: async () => ({ brokers: hosts.map((host, id) => ({ id, host, port: 9092 })) }),
  })

  it('are loaded without a question when they are on it, too', async () => {
    const { io, asked } = terminal('n')
    expect(await mayLoadBehind(io, admin('127.0.0.1', 'localhost'), local, 'x', false)).toEqual(local)
    expect(asked).toEqual([])
  })

  it('are asked about when they say that they are elsewhere: there is a tunnel', async () => {
    const { io, asked } = terminal('y')
    const found = await mayLoadBehind(io, admin('localhost', 'b1.example.com'), local, 'x', false)
    expect(found).toEqual({ ...local, onThisMachine: false })
    expect(asked).toEqual([expect.stringContaining('b1.example.com:9092')])
  })

  it('are not loaded without a yes', async () => {
    const { io } = terminal(undefined)
    await expect(mayLoadBehind(io, admin('b1.example.com'), local, 'x', false)).rejects.toMatchObject({
      code: 'USAGE',
    })
    expect(await mayLoadBehind(io, admin('b1.example.com'), local, 'x', true)).toMatchObject({
      onThisMachine: false,
    })
  })

  it('are not asked for where they were started by tune, or are known to be elsewhere', async () => {
    const { io, asked } = terminal('n')
    const own: BrokerPlan = { ...local, throwAway: true }
    expect(await mayLoadBehind(io, admin('b1.example.com'), own, 'x', false)).toEqual(own)
    const remote: BrokerPlan = { ...local, onThisMachine: false }
    expect(await mayLoadBehind(io, admin('b1.example.com'), remote, 'x', false)).toEqual(remote)
    expect(asked).toEqual([])
  })
})
