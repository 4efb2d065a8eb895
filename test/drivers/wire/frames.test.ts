import { PassThrough } from 'node:stream'
import { array, assert, integer, property, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFramePool } from '../../../src/drivers/wire/frame-pool.ts'
import { correlationIds, takeSocket } from '../../../src/drivers/wire/frames.ts'

const LIMIT = 10 * 2 ** 20

function frameOf(id: number, body: Uint8Array): Buffer {
  const frame = Buffer.alloc(8 + body.length)
  frame.writeInt32BE(4 + body.length, 0)
  frame.writeInt32BE(id, 4)
  frame.set(body, 8)
  return frame
}

function opened(room = createFramePool()) {
  const socket = new PassThrough()
  const toLibrary: Buffer[] = []
  socket.on('data', (chunk: Buffer) => toLibrary.push(chunk))
  const broken: string[] = []
  const frames = takeSocket(socket, (reason) => broken.push(reason), LIMIT, room)
  const nextId = correlationIds()
  const bodies: Buffer[] = []
  const ask = (keep = true) => {
    const id = nextId()
    frames.send(id, [], (body) => {
      bodies.push(keep ? Buffer.from(body) : body)
      room.give(body)
    })
    return id
  }
  // The socket's own side of 'data': nothing is written through the PassThrough
  const arrive = (chunk: Buffer) => void socket.emit('data', chunk)
  return { frames, ask, arrive, bodies, broken, toLibrary, room }
}

describe('frames', () => {
  it('come out whole, however they were cut on their way', () => {
    const bodies = array(uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 6 })
    assert(
      property(bodies, array(integer({ min: 1, max: 30 }), { minLength: 1 }), (sent, cuts) => {
        const { ask, arrive, bodies, broken } = opened()
        let rest = Buffer.concat(sent.map((body) => frameOf(ask(), body)))
        for (let n = 0; rest.length > 0; n += 1) {
          const length = cuts[n % cuts.length] ?? 1
          arrive(Buffer.from(rest.subarray(0, length)))
          rest = rest.subarray(length)
        }
        expect(bodies).toEqual(sent.map((body) => Buffer.from(body)))
        expect(broken).toEqual([])
      }),
    )
  })

  it('of megabytes are put together in buffers that are used again', () => {
    const { ask, arrive, bodies } = opened()
    for (const fill of ['a', 'b', 'c']) {
      const frame = frameOf(ask(false), Buffer.alloc(3 * 2 ** 20, fill))
      for (let at = 0; at < frame.length; at += 65_536) arrive(frame.subarray(at, at + 65_536))
    }
    expect(bodies.map(({ length }) => length)).toEqual([1, 2, 3].map(() => 3 * 2 ** 20))
    expect(new Set(bodies.map(({ buffer }) => buffer)).size).toBe(1)
    expect(bodies[0]?.every((byte) => byte === 'c'.charCodeAt(0))).toBe(true)
  })

  it('that are not ours go to the library, length and all', () => {
    const { ask, arrive, bodies, toLibrary } = opened()
    const id = ask()
    const all = Buffer.concat([frameOf(5, Buffer.from('log in again')), frameOf(id, Buffer.from('ours'))])
    for (const byte of all) arrive(Buffer.of(byte))
    expect(Buffer.concat(toLibrary)).toEqual(frameOf(5, Buffer.from('log in again')))
    expect(bodies).toEqual([Buffer.from('ours')])
  })

  it.each([
    ['of a length below nothing', -1],
    ['of a length that no answer has', LIMIT + 1],
    ['too short for an id', 3],
  ])('%s are none', (_, length) => {
    const { arrive, broken } = opened()
    const head = Buffer.alloc(12)
    head.writeInt32BE(length)
    arrive(head)
    expect(broken).toEqual([`an answer of ${length} bytes`])
  })

  it('that nobody asked for are none', () => {
    const { ask, arrive, broken } = opened()
    arrive(frameOf(ask() + 1, Buffer.alloc(0)))
    expect(broken).toEqual(['an answer to no request'])
  })

  it('end with the connection, also in the middle of a chunk', () => {
    const { frames, ask, arrive, bodies } = opened()
    const [first, second] = [ask(), ask()]
    frames.send(2 ** 30 + 3, [], () => frames.end())
    arrive(Buffer.concat([first, second, 2 ** 30 + 3, 2 ** 30 + 4].map((id) => frameOf(id, Buffer.alloc(1)))))
    expect(bodies).toHaveLength(2)
  })
})
