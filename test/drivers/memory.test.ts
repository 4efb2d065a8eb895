import { describe, expect, it } from 'vitest'
import { type MemoryOptions, memoryProducer } from '../../src/drivers/memory.ts'
import { createTestClock } from '../core/test-clock.ts'
import { operation } from './plan.ts'

function scripted(options: Omit<MemoryOptions, 'nowMs' | 'schedule'> = {}) {
  const clock = createTestClock()
  const answers: [first: number, atMs: number, error?: string, outcome?: string][] = []
  const client = memoryProducer(
    { ...options, nowMs: clock.nowMs, schedule: clock.schedule },
    (op, error, outcome) => {
      answers.push(
        error === undefined ? [op.first, clock.nowMs()] : [op.first, clock.nowMs(), error, outcome ?? ''],
      )
    },
  )
  return { clock, client, answers }
}

describe('the memory driver', () => {
  it('answers after the scripted latency', async () => {
    const { clock, client, answers } = scripted({ latencyMs: ({ first }) => 10 - first })
    for (const first of [0, 1]) client.send(operation(first))
    await clock.play(client.drain(100))
    expect(answers).toEqual([
      [1, 9],
      [0, 10],
    ])
  })

  it('holds answers back during a stall', async () => {
    const { clock, client, answers } = scripted({ stalls: [{ fromMs: 0, untilMs: 50 }] })
    client.send(operation(0))
    await clock.play(client.drain(100))
    expect(answers).toEqual([[0, 50]])
  })

  it('is full above its capacity and says when there is room', async () => {
    const { clock, client } = scripted({ capacity: 1 })
    let room = 0
    client.onRoom(() => room++)
    expect([client.send(operation(0)), client.send(operation(1))]).toEqual([true, false])
    await clock.play(client.drain(100))
    expect(room).toBe(1)
    expect(client.send(operation(1))).toBe(true)
  })

  it('fails what it is told to fail, and drain answers what was lost', async () => {
    const { clock, client, answers } = scripted({ failEvery: 2, lose: ({ first }) => first === 2 })
    for (const first of [0, 1, 2]) client.send(operation(first))
    await clock.play(client.drain(100))
    expect(answers).toEqual([
      [0, 1],
      [1, 1, 'FAILED', 'failed'],
      [2, 100, '_TIMED_OUT', 'unknown'],
    ])
  })
})
