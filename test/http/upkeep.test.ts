import { describe, expect, it } from 'vitest'
import { type Chore, createUpkeep, every } from '../../src/http/upkeep.ts'
import { createTestClock } from '../core/test-clock.ts'

async function play(
  chores: (at: (name: string) => () => void, wait: (ms: number) => Promise<void>) => Chore[],
) {
  const clock = createTestClock()
  const done: string[] = []
  const defects: unknown[] = []
  const wait = (ms: number) => clock.wait(clock.nowMs() + ms, false).done
  const upkeep = createUpkeep(
    clock,
    chores((name) => () => void done.push(`${name} ${clock.nowMs()}`), wait),
    (error) => defects.push(error),
  )
  return { clock, upkeep, done, defects, pass: (ms: number) => clock.play(wait(ms)) }
}

describe('chores', () => {
  it('are done each at its times, from the beginning to the end of the polls, and again', async () => {
    const { upkeep, done, pass } = await play((at) => [every(100, at('a')), every(250, at('b'))])
    await pass(1000)
    expect(upkeep.start()).toBe(true)
    expect(upkeep.start()).toBe(false)
    await pass(310)
    upkeep.stop()
    await pass(1000)
    expect(done).toEqual(['a 1100', 'a 1200', 'b 1250', 'a 1300'])
    upkeep.start()
    await pass(110)
    expect(done.slice(4)).toEqual(['a 2410'])
  })

  it('leave out the times that they were too busy for', async () => {
    const { upkeep, done, pass } = await play((at, wait) => [
      every(100, async () => {
        at('a')()
        await wait(250)
      }),
    ])
    upkeep.start()
    await pass(1010)
    expect(done).toEqual(['a 100', 'a 400', 'a 700', 'a 1000'])
  })

  it('are told when it is over, and what they throw is a defect', async () => {
    let isAborted = false
    const { upkeep, defects, pass } = await play((_, wait) => [
      every(100, async (signal) => {
        await wait(100)
        isAborted = signal.aborted
      }),
      every(100, () => {
        throw new Error('wrong')
      }),
    ])
    upkeep.start()
    await pass(150)
    upkeep.stop()
    await pass(100)
    expect(isAborted).toBe(true)
    expect(defects).toEqual([new Error('wrong')])
  })

  it('are none, and nothing begins', async () => {
    const { upkeep } = await play(() => [])
    expect(upkeep.start()).toBe(false)
  })
})
