import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guideOf, hasStep, sizingOf, stepOf, warningsOf } from './cases.ts'

const flink = (texts: Record<string, string>) =>
  sizingOf('flink', { rate: '100k/s', partitions: '12', ...texts })

describe('parallelism', () => {
  it('is that of the partitions: 12, in 3 TaskManagers of 4 slots, as in the guide', () => {
    const sizing = flink({})
    expect(sizing.answer.value).toBe(12)
    expect(stepOf(sizing, 'taskManagers')).toBe(3)
    expect(guideOf(sizing, 'TaskManagers')).toBe(3)
    expect(stepOf(flink({ slots: '5' }), 'taskManagers')).toBe(3)
  })

  it('is fewer where subtasks are fast, so that each reads equally many', () => {
    expect(flink({ ratePerSlot: '30k' }).answer.value).toBe(6)
    expect(flink({ ratePerSlot: '20k' }).answer.value).toBe(12)
  })

  it('of twice the partitions, as the guide has it, leaves half of the sources idle', () => {
    expect(guideOf(flink({}), 'range')).toBe(24)
    const sizing = flink({ ratePerSlot: '5k' })
    expect(sizing.answer.value).toBe(29)
    expect(warningsOf(sizing)).toEqual(['too-few-partitions'])
  })

  it('has key groups as Flink derives them: a power of two from one and a half times, at least 128', () => {
    expect(stepOf(flink({}), 'maxParallelism')).toBe(128)
    expect(stepOf(flink({ partitions: '100' }), 'maxParallelism')).toBe(256)
    expect(stepOf(flink({ partitions: '40000' }), 'maxParallelism')).toBe(32_768)
    expect(guideOf(flink({}), 'maximum')).toBe(128)
    expect(() => flink({ maxParallelism: '10' })).toThrow(
      '--max-parallelism: must be at least the parallelism 12',
    )
  })

  it('keeps up, and is never less for more load', () => {
    const rate = fc.integer({ min: 1, max: 5e6 })
    fc.assert(
      fc.property(rate, rate, fc.integer({ min: 1, max: 500 }), (one, other, partitions) => {
        const at = (value: number) =>
          flink({ rate: `${value}`, partitions: `${partitions}`, ratePerSlot: '10k' }).answer.value
        const more = Math.max(one, other)
        expect(at(more)).toBeGreaterThanOrEqual(at(Math.min(one, other)))
        expect(more / at(more)).toBeLessThanOrEqual(7000 * (1 + 1e-5))
      }),
    )
  })
})

describe('memory', () => {
  it('golden: a TaskManager of the guide, 4,096 MiB with network 128 to 1,024 MiB', () => {
    const sizing = flink({ memory: '4096m', networkMin: '128m', networkMax: '1g' })
    const expected = {
      overhead: 409.6,
      flinkMemory: 3430.4,
      managed: 1372.16,
      network: 343.04,
      taskHeap: 1459.2,
      managedPerSlot: 343.04,
    }
    for (const [name, value] of Object.entries(expected))
      expect(stepOf(sizing, name), name).toBeCloseTo(value, 2)
  })

  it('golden: Flink’s default of 1,728 MiB', () => {
    const sizing = flink({ memory: '1728m' })
    const expected = { overhead: 192, flinkMemory: 1280, managed: 512, network: 128, taskHeap: 384 }
    for (const [name, value] of Object.entries(expected))
      expect(stepOf(sizing, name), name).toBeCloseTo(value, 6)
  })

  it('golden: 1,024 MiB leave 25.6 MiB of heap, which is refused', () => {
    expect(() => flink({ memory: '1024m' })).toThrow('--memory: leaves 25.6 MiB of heap for user code')
  })

  it('of the guide’s JobManager: 2,048 MiB with 512 MiB of metaspace leave 1,203.2 MiB of heap', () => {
    expect(stepOf(flink({ jobMemory: '2048m', jobMetaspace: '512m' }), 'jobHeap')).toBeCloseTo(1203.2, 2)
    expect(() => flink({ jobMemory: '600m' })).toThrow('--job-memory: leaves')
  })

  it('is divided without a rest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1500, max: 60_000 }), (mib) => {
        const sizing = flink({ memory: `${mib}m` })
        const parts = ['overhead', 'managed', 'network', 'taskHeap'].map((name) => stepOf(sizing, name))
        expect(parts.reduce((sum, part) => sum + part, 256 + 128 + 128)).toBeCloseTo(mib, 0)
      }),
    )
  })

  it('is a fraction of total Flink memory, where the guide says of managed memory', () => {
    const sizing = flink({})
    expect(stepOf(sizing, 'managed')).toBeCloseTo(0.4 * stepOf(sizing, 'flinkMemory'), 2)
    expect(guideOf(sizing, 'managed memory')).toBeCloseTo(0.4 * 0.4 * stepOf(sizing, 'flinkMemory'), 2)
    expect(guideOf(sizing, 'block cache')).toBe(256)
  })

  it('of the network holds an exchange', () => {
    const wide = flink({ partitions: '500', slots: '16' })
    expect(stepOf(wide, 'exchange')).toBe((2 * 16 * (2 * 500 + 8) * 32) / 1024)
    expect(warningsOf(wide)).toContain('network-memory')
  })

  it('golden: 320 MB/s with a round trip of 1 ms are ten buffers in flight', () => {
    expect(stepOf(flink({ rate: '320k', recordSize: '1000' }), 'buffersInFlight')).toBeCloseTo(9.77, 2)
  })
})

describe('checkpoints', () => {
  it('end, and pause, before the next begins', () => {
    const sizing = flink({ state: '100GiB', changed: '10%', checkpointRate: '100MiB/s', interval: '60s' })
    expect(stepOf(sizing, 'checkpointTime')).toBe(102.4)
    expect(stepOf(sizing, 'leastInterval')).toBe(107.4)
    expect(warningsOf(sizing)).toEqual(['interval', 'timeout', 'long-checkpoint'])
    const yaml = sizing.commands[0]?.lines ?? []
    expect(yaml).toContain('execution.checkpointing.interval: 108000 ms')
    expect(yaml).toContain('execution.checkpointing.timeout: 3072000 ms')
  })

  it('of the guide are every 30 s, time out after 10 minutes, 5 s apart', () => {
    const yaml = flink({}).commands[0]?.lines ?? []
    expect(yaml).toContain('execution.checkpointing.interval: 30000 ms')
    expect(yaml).toContain('execution.checkpointing.timeout: 600000 ms')
    expect(yaml).toContain('execution.checkpointing.min-pause: 5000 ms')
    expect(hasStep(flink({}), 'checkpointTime')).toBe(false)
    expect(() => flink({ minPause: '10m' })).toThrow('--min-pause: must be below the checkpoint timeout')
  })

  it('set as it says leave no warning', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 50, max: 2000 }), (gib, rate) => {
        const texts = { state: `${gib}GiB`, checkpointRate: `${rate}MiB/s` }
        const line = (name: string) =>
          /: (\d+) ms/.exec(
            flink(texts).commands[0]?.lines.find((one) => one.includes(`checkpointing.${name}`)) ?? '',
          )?.[1]
        const again = flink({ ...texts, interval: `${line('interval')}ms`, timeout: `${line('timeout')}ms` })
        expect(warningsOf(again).filter((id) => id !== 'long-checkpoint')).toEqual([])
      }),
    )
  })
})

describe('the autoscaler', () => {
  const seen = { observedRate: '1000', busy: '800ms', observedParallelism: '4', lag: '600k' }

  it('golden: 1,000 records/s at 800 ms busy, 600,000 behind, go from 4 subtasks to 7', () => {
    const sizing = flink(seen)
    expect(stepOf(sizing, 'trueRate')).toBe(1250)
    expect(stepOf(sizing, 'capacity')).toBe(1929)
    expect(stepOf(sizing, 'scale')).toBeCloseTo(1.543, 3)
    expect(stepOf(sizing, 'targetParallelism')).toBe(7)
    expect(sizing.answer.text).toContain('from 4 to 7 subtasks')
  })

  it('counts a lag that grows, and stays within partitions', () => {
    const growing = flink({ ...seen, lagGrowth: '1000' })
    expect(stepOf(growing, 'targetRate')).toBe(2000)
    expect(stepOf(growing, 'targetParallelism')).toBe(12)
    expect(warningsOf(growing)).toEqual([])
    expect(warningsOf(flink({ ...seen, partitions: '4' }))).toContain('autoscaler-capped')
  })

  it('needs to have seen the job', () => {
    expect(() => flink({ busy: '800ms' })).toThrow('--busy: tells nothing alone')
    expect(hasStep(flink({}), 'trueRate')).toBe(false)
  })
})
