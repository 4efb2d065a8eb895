import { describe, expect, it } from 'vitest'
import { SILENT_MS, watchTopic } from '../../src/bench/topic-watch.ts'
import { TuneError } from '../../src/errors.ts'

function watching(answer: () => Promise<number[]>) {
  const told: TuneError[] = []
  let looks = 0
  const watch = watchTopic('t', 2, {
    admin: {
      endOffsets() {
        looks++
        return answer()
      },
    },
    onGone: (error) => told.push(error),
  })
  return { watch, told, looks: () => looks }
}

const gone = new TuneError('TOPIC', 'topic t is no longer there')

describe('asking after a silent topic', () => {
  it('asks only where nothing has come for a while', async () => {
    const { watch, looks } = watching(async () => [1, 1])
    await watch.look(SILENT_MS - 1)
    expect(looks()).toBe(0)
    await watch.look(SILENT_MS)
    expect(looks()).toBe(1)
  })

  it('tells once that it is gone', async () => {
    const { watch, told, looks } = watching(() => Promise.reject(gone))
    await watch.look(SILENT_MS)
    await watch.look(SILENT_MS)
    expect(told).toEqual([gone])
    expect(looks()).toBe(1)
  })

  it('waits for a cluster that does not answer', async () => {
    const { watch, told, looks } = watching(() =>
      Promise.reject(new TuneError('UNREACHABLE', 'no answer from 127.0.0.1:9092')),
    )
    await watch.look(SILENT_MS)
    await watch.look(SILENT_MS)
    expect(told).toEqual([])
    expect(looks()).toBe(2)
  })

  it('asks one question at a time', async () => {
    let answer = (_: number[]) => {}
    const { watch, looks } = watching(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    const first = watch.look(SILENT_MS)
    await watch.look(SILENT_MS)
    expect(looks()).toBe(1)
    answer([1, 1])
    await first
    void watch.look(SILENT_MS)
    expect(looks()).toBe(2)
  })
})
