import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import hdr from 'hdr-histogram-js'
import { describe, expect, it } from 'vitest'
import { metricValue } from '../../src/core/verdict.ts'
import { FOREIGN_FORMATS, readForeign } from '../../src/foreign/index.ts'
import { hlog } from '../../src/report/hlog.ts'
import { pacedResult } from '../fixtures/result.ts'

const FOLDER = resolve(import.meta.dirname, '../fixtures/foreign')

function read(name: string) {
  return readText(readFileSync(join(FOLDER, name), 'utf8'), name)
}

function readText(text: string, name = 'a file') {
  return readForeign(text, text.startsWith('{') ? JSON.parse(text) : undefined, name)
}

const figures = (name: string, ...metrics: string[]) =>
  read(name).runs.map((run) => metrics.map((metric) => metricValue(run, metric)))

describe('an output of kafka-producer-perf-test', () => {
  it('of 4.x has its totals, in the units of ours', () => {
    const names = ['recordsPerSec', 'bytesPerSec', 'service.meanMs', 'service.p999Ms', 'service.maxMs']
    expect(figures('producer.txt', ...names)).toEqual([[2991.325157, 0.29 * 2 ** 20, 11.15, 117, 399]])
    expect(read('producer.txt').title).toBe('kafka-producer-perf-test')
  })

  it('with a warm-up has the figures after it', () => {
    const names = ['recordsAcked', 'service.meanMs', 'service.p50Ms']
    expect(figures('producer-warmup.txt', ...names)).toEqual([[10_000, 7.52, 6]])
  })

  it('of 3.x that was appended to another is two runs', () => {
    expect(figures('producer-3.x.txt', 'service.p95Ms')).toEqual([[6], [7]])
  })

  it('that sent nothing is refused, and so is one that was cut short', () => {
    expect(() => read('producer-failed.txt')).toThrow('sent no record')
    const cut =
      '14990 records sent, 2996.2 records/sec (0.29 MB/sec), 13.1 ms avg latency, 399.0 ms max latency.\n'
    expect(() => readText(cut)).toThrow('no line of totals')
  })
})

describe('an output of kafka-consumer-perf-test', () => {
  it('has its rate without the time to join', () => {
    const names = ['recordsPerSec', 'joinMs', 'recordsReceived']
    expect(figures('consumer.txt', ...names)).toEqual([[80288, 675, 30108]])
    expect(figures('consumer-3.x.txt', ...names)).toEqual([[9911.7851, 3011, 100_000]])
  })

  it('is found by its columns, wherever they stand', () => {
    expect(figures('share.txt', 'recordsPerSec', 'recordsReceived')).toEqual([[100_000, 200_000]])
  })

  it('of intervals is one run over all of them', () => {
    // 965,722 records in 255 + 215 + … + 204 ms
    expect(figures('consumer-detailed.txt', 'recordsReceived', 'recordsPerSec')).toEqual([
      [965_722, (965_722 / 2191) * 1000],
    ])
  })

  it.each(['consumer-short.txt', 'consumer-3.x.txt'])('that gave up says so: %s', (name) => {
    expect(read(name).notes).toEqual([expect.stringContaining('gave up')])
  })

  it('with a header alone was cut short', () => {
    const [header = ''] = readFileSync(join(FOLDER, 'consumer.txt'), 'utf8').split('\n')
    expect(() => readText(`${header}\n`)).toThrow('no row')
  })
})

describe('an output of kafka-e2e-latency', () => {
  it('has the times of one record in flight, and as many samples as its progress shows', () => {
    const names = ['service.meanMs', 'service.p50Ms', 'service.p99Ms', 'service.p999Ms', 'service.count']
    expect(figures('e2e.txt', ...names)).toEqual([[2.8567, 1, 27, 91, 2001]])
  })

  it('of before 3.5 has an empty line in it', () => {
    const text = '0\t55.1\nAvg latency: 2.5000 ms\n\nPercentiles: 50th = 2, 99th = 5, 99.9th = 9\n'
    expect(readText(text).runs[0]?.service).toEqual({
      count: 1,
      meanMs: 2.5,
      p50Ms: 2,
      p99Ms: 5,
      p999Ms: 9,
    })
  })

  it('without percentiles was cut short', () => {
    expect(() => readText('0\t55.1\n1000\t1.2\n')).toThrow('no line of percentiles')
  })
})

describe('a result of the OpenMessaging Benchmark', () => {
  it('has publishing, lateness (there in µs) and end to end', () => {
    const names = ['publish.p50Ms', 'lateness.p50Ms', 'service.p50Ms', 'publish.count']
    const [[publish, lateness, service, count] = []] = figures('omb-a.json', ...names)
    expect([publish, lateness, service]).toEqual([2.104, 0.041, 2.946])
    // Six rates of ten seconds each
    expect(count).toBeGreaterThan(2_900_000)
  })

  it('of Redpanda without consumers has no end to end, and says how long its intervals are', () => {
    const [[service, count, rate] = []] = figures(
      'omb-redpanda.json',
      'service.p50Ms',
      'publish.count',
      'recordsPerSec',
    )
    expect(service).toBeUndefined()
    expect(count).toBe(Math.round((rate ?? 0) * 6))
  })

  it('tells what was asked', () => {
    expect(read('omb-a.json').asked).toMatchObject({ messageSize: '1024', partitions: '16' })
  })

  it('without rates is not whole', () => {
    const text = JSON.stringify({ workload: 'w', driver: 'd', publishRate: [] })
    expect(() => readText(text)).toThrow('it has no rates')
    expect(() => readText(JSON.stringify({ workload: 'w', driver: 'd', publishRate: [null] }))).toThrow(
      'publishRate.0',
    )
  })
})

describe('a summary of k6', () => {
  it.each(['k6-export.json', 'k6-handle-summary.json', 'k6-machine-readable.json'])('is read: %s', (name) => {
    const names = ['requestsPerSec', 'api.p50Ms', 'api.p90Ms', 'api.maxMs', 'api.count', 'errorRatio']
    const [[rate, ...rest] = []] = figures(name, ...names)
    expect(rate).toBeCloseTo(999.5, 1)
    expect(rest).toEqual([3.5, 7.25, 80.5, 30_000, 0.001])
  })

  it('says that iterations were dropped', () => {
    expect(read('k6-export.json').notes?.[0]).toContain('dropped 12 iterations')
  })

  it('of something else than HTTP has nothing to compare', () => {
    expect(() => readText(JSON.stringify({ metrics: { iterations: { count: 3, rate: 1 } } }))).toThrow(
      'without requests over HTTP',
    )
  })
})

describe('a histogram log', () => {
  it('of ours gives back what it was written from', () => {
    const result = pacedResult()
    const { runs, notes } = readText(hlog(result))
    expect(notes?.[0]).toContain('µs')
    const [run] = runs
    expect(run?.latency?.count).toBe(result.latency?.count)
    expect(run?.latency?.p99Ms).toBeCloseTo(result.latency?.p99Ms ?? Number.NaN, 6)
    expect(run?.service?.p50Ms).toBeCloseTo(result.service?.p50Ms ?? Number.NaN, 6)
    expect(run?.metrics.recordsPerSec).toBeGreaterThan(0)
  })

  it('of ns, as Java writes it, has the same times', () => {
    const times = hdr.build({ bitBucketSize: 64, autoResize: true, numberOfSignificantValueDigits: 3 })
    for (let ms = 1; ms <= 1000; ms++) times.recordValue(ms * 1e6)
    const encoded = hdr.encodeIntoCompressedBase64(times)
    const text = `#[Histogram log format version 1.3]\n"StartTimestamp","Interval_Length"\n0.127,2.000,1000.342,${encoded}\n`
    const { runs, notes } = readText(text)
    expect(notes?.[0]).toContain('ns')
    expect(runs[0]?.latency?.p50Ms).toBeCloseTo(500, 0)
    expect(runs[0]?.metrics.recordsPerSec).toBe(500)
  })

  it.each([
    ['cut short in a histogram', '0.1,1.0,5.0,HISTFAAAAcR4nDWK\n', 'cannot be read'],
    ['cut short in a line', '#[Histogram log format version 1.3]\n0.1,1.0\n', 'line 2 is no interval'],
    ['without a line', '#[Histogram log format version 1.3]\n', 'has no interval'],
    ['of tags nobody knows', 'Tag=GET,0.1,1.0,5.0,HISTF\n', 'no tag that is known: it has GET'],
  ])('%s is refused', (_, text, message) => {
    expect(() => readText(text)).toThrow(message)
  })
})

describe('a file', () => {
  it.each([
    ['{"a":1}', 'is JSON, but no result that can be compared'],
    ['hello\n', 'no result that can be compared'],
    ['', 'is empty'],
  ])('that is none of these is refused: %j', (text, message) => {
    expect(() => readText(text)).toThrow(message)
  })

  it('is one format only, and every format has one', () => {
    const formats = Object.entries(FOREIGN_FORMATS)
    const seen = readdirSync(FOLDER)
      .filter((name) => !name.endsWith('.md'))
      .map((name) => {
        const text = readFileSync(join(FOLDER, name), 'utf8')
        const document = text.startsWith('{') ? JSON.parse(text) : undefined
        const found = formats.filter(([, format]) => format.isIt(text, document)).map(([key]) => key)
        expect(found, name).toHaveLength(1)
        return found[0]
      })
    expect([...new Set(seen), 'hlog'].toSorted()).toEqual(formats.map(([key]) => key).toSorted())
  })
})
