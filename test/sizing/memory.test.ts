import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guideOf, sizingOf, stepOf, warningsOf } from './cases.ts'

const memory = (process: string, texts: Record<string, string> = {}) =>
  sizingOf('memory', { for: process, ...texts })

const pasted = (sizing: ReturnType<typeof memory>) => sizing.commands.flatMap(({ lines }) => lines).join('\n')

describe('a Connect worker', () => {
  it('by the guide’s formula: 2 GB, cache × 1.5, transformation × 2, 25 % on top', () => {
    const texts = { cacheEntries: '5000', batch: '500', recordSize: '1KiB' }
    const sizing = memory('connect', texts)
    expect(guideOf(sizing, 'formula')).toBeCloseTo(1.25 * (2048 + 7.32422 + 0.976563), 2)
    expect(guideOf(memory('connect', { ...texts, tasks: '8' }), 'formula')).toBe(guideOf(sizing, 'formula'))
  })

  it('is the same where a page is a record, no producer is counted and there is one task', () => {
    const sizing = memory('connect', { cacheEntries: '5000', pageRecords: '1', producerBuffer: '1MiB' })
    expect(stepOf(sizing, 'heap')).toBe(Math.ceil(guideOf(sizing, 'formula') + 1.25))
  })

  it('has a producer and a transformation in each task, and pages in its cache', () => {
    const sizing = memory('connect', {
      tasks: '4',
      cacheEntries: '1024',
      recordSize: '1KiB',
      pageRecords: '100',
    })
    expect(stepOf(sizing, 'producers')).toBe(128)
    expect(stepOf(sizing, 'transformation')).toBeCloseTo(3.90625, 5)
    expect(stepOf(sizing, 'cache')).toBe(150)
  })

  it('is more than its heap: metaspace, direct buffers, code cache, a stack a thread', () => {
    const sizing = memory('connect', { threads: '50' })
    expect(sizing.answer.value).toBe(stepOf(sizing, 'heap') + 256 + 128 + 240 + 50)
    expect(sizing.answer.limitedBy).toBe('base')
  })

  it('never needs less for more', () => {
    const count = fc.integer({ min: 1, max: 500 })
    fc.assert(
      fc.property(count, count, count, (one, other, batch) => {
        const at = (tasks: number) =>
          memory('connect', { tasks: `${tasks}`, batch: `${batch}`, recordSize: '10KiB' }).answer.value
        expect(at(Math.max(one, other))).toBeGreaterThanOrEqual(at(Math.min(one, other)))
      }),
    )
  })
})

describe('the JVM', () => {
  it('of the guide: 16 MiB regions leave an 8 GiB heap 512 of them', () => {
    const sizing = memory('broker', { rate: '1/s', heap: '8GiB' })
    expect(guideOf(sizing, 'region size')).toBe(512)
    expect(stepOf(sizing, 'region')).toBe(4)
    expect(stepOf(sizing, 'humongous')).toBe(2048)
    expect(guideOf(sizing, 'heap')).toBe(8192)
    expect(guideOf(sizing, 'large heap')).toBe(8192)
    expect(guideOf(sizing, 'pause goal')).toBe(200)
  })

  it('starts with all of Kafka’s own options, which the variable takes the place of', () => {
    expect(pasted(memory('broker', { rate: '1/s' }))).toBe(
      [
        'export KAFKA_HEAP_OPTS="-Xms6144m -Xmx6144m"',
        'export KAFKA_JVM_PERFORMANCE_OPTS="-server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent -XX:MaxInlineLevel=15 -XX:MaxMetaspaceSize=256m -XX:MaxDirectMemorySize=128m -XX:ReservedCodeCacheSize=240m -Djava.awt.headless=true"',
      ].join('\n'),
    )
  })

  it.each([
    ['11', '-XX:+UnlockExperimentalVMOptions -XX:+UseZGC ', ['old-jdk']],
    ['17', ' -XX:+UseZGC ', []],
    ['21', '-XX:+UseZGC -XX:+ZGenerational ', []],
    ['25', ' -XX:+UseZGC ', []],
  ])('of JDK %s has ZGC by %s', (jdk, options, warnings) => {
    const sizing = memory('connect', { jdk, gc: 'zgc' })
    expect(pasted(sizing)).toContain(options)
    expect(pasted(sizing)).not.toContain('UseG1GC')
    expect(warningsOf(sizing)).toEqual(warnings)
  })

  it('of JDK 8 has none', () => {
    expect(() => memory('connect', { jdk: '8', gc: 'zgc' })).toThrow('--gc: JDK 8 has no ZGC')
    expect(warningsOf(memory('connect', { jdk: '8' }))).toEqual(['old-jdk'])
  })

  it.each([
    ['8', 'experimental from 8u131'],
    ['11', 'the JVM does not start with it'],
    ['17', 'the JVM does not start with it'],
    ['21', 'the JVM does not start with it'],
  ])('of JDK %s with -XX:+UseCGroupMemoryLimitForHeap: %s', (jdk, fate) => {
    expect(memory('connect', { jdk }).guide.find(({ name }) => name === 'heap')?.why).toContain(fate)
  })

  it('loses compressed pointers from 32 GiB of heap on', () => {
    expect(warningsOf(memory('broker', { rate: '1/s', heap: '32GiB' }))).toEqual(['compressed-oops'])
    expect(warningsOf(memory('broker', { rate: '1/s', heap: '31GiB' }))).toEqual([])
  })
})

describe('a broker', () => {
  it('keeps 30 s of its writes in memory, beside a small heap', () => {
    const sizing = memory('broker', { rate: '100k/s', recordSize: '1KiB', brokers: '3' })
    expect(stepOf(sizing, 'writtenEach')).toBeCloseTo(97.6563, 4)
    expect(stepOf(sizing, 'pageCache')).toBeCloseTo(2929.69, 2)
    expect(sizing.answer.value).toBe(6144 + 256 + 128 + 240 + 100 + 2930)
  })

  it('with 24 GiB of heap on 32 GiB has less than 8 left for page cache', () => {
    const sizing = memory('broker', { rate: '1M/s', heap: '24GiB', memory: '32GiB' })
    expect(stepOf(sizing, 'left')).toBe(8192 - 256 - 128 - 240 - 100)
    expect(warningsOf(sizing)).toEqual(['page-cache'])
    expect(() => memory('broker', { rate: '1/s', replication: '5' })).toThrow(
      'at most the number of brokers 3',
    )
  })
})

describe('a Java client', () => {
  it('that produces has two batches a partition in buffer.memory, no less than the default', () => {
    expect(stepOf(memory('producer', { rate: '1/s' }), 'buffer')).toBe(32)
    const sizing = memory('producer', { rate: '1/s', batchSize: '1MiB', partitions: '100' })
    expect(stepOf(sizing, 'buffer')).toBe(200)
    expect(pasted(sizing)).toContain(`buffer.memory=${200 * 1024 ** 2}`)
    expect(guideOf(sizing, 'buffer')).toBe(64)
    expect(guideOf(sizing, 'connector buffer')).toBe(128)
  })

  it('that produces goes on through a stall with a buffer for it', () => {
    const sizing = memory('producer', { rate: '10k/s', recordSize: '1KiB', stall: '30s' })
    expect(stepOf(sizing, 'stalled')).toBe(10_000 * 1024 * 30)
    expect(stepOf(sizing, 'buffer')).toBe(293)
  })

  it('that produces is held up by requests in flight', () => {
    const slow = { rate: '200k/s', recordSize: '1KiB', ackTime: '100ms', brokers: '3' }
    expect(stepOf(memory('producer', slow), 'mostRate')).toBe(153_600)
    expect(warningsOf(memory('producer', slow))).toEqual(['in-flight'])
    expect(() => memory('producer', { rate: '1', recordSize: '2MiB' })).toThrow(
      '--record-size: must be at most max.request.size',
    )
  })

  it('that consumes with the guide’s 10 MiB of 12 partitions gets 50 MiB from a broker', () => {
    const sizing = memory('consumer', { partitions: '12', partitionFetch: '10MiB', brokers: '1' })
    expect(guideOf(sizing, 'high throughput')).toBe(120)
    expect(stepOf(sizing, 'fetched')).toBe(50)
    expect(stepOf(memory('consumer', { partitions: '12', brokers: '1' }), 'fetched')).toBe(12)
  })
})

describe('a client on librdkafka', () => {
  it('that produces has a queue of 100,000 messages, or what a stall brings', () => {
    expect(stepOf(memory('librdkafka-producer', { rate: '1k/s' }), 'messages')).toBe(100_000)
    const sizing = memory('librdkafka-producer', { rate: '100k/s', stall: '5s' })
    expect(stepOf(sizing, 'messages')).toBe(500_000)
    expect(pasted(sizing)).toContain('queue.buffering.max.messages=500000\nqueue.buffering.max.kbytes=500000')
  })

  it('that consumes has queued.max.messages.kbytes of its own: 65,536', () => {
    const sizing = memory('librdkafka-consumer', { partitions: '12' })
    expect(sizing.answer.value).toBe(Math.ceil(1.25 * (256 + 64 + 12)))
    expect(pasted(sizing)).toContain('queued.max.messages.kbytes=65536')
  })
})
