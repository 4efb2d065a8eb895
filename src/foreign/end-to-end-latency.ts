/**
 * What kafka-e2e-latency prints (`EndToEndLatency.java`): one record in flight, from the send until it is received, as
 * our `service`; percentiles in whole ms. How many records there were follows from its progress, a line each thousand.
 */
import { TuneError } from '../errors.ts'
import { type ForeignFormat, type ForeignRun, known } from './foreign-run.ts'

const MEAN = /^Avg latency: (\S+) ms$/
const PERCENTILES = /^Percentiles: 50th = (\d+), 99th = (\d+), 99\.9th = (\d+)$/
const PROGRESS = /^(\d+)\t[\d.E-]+$/

export const endToEndLatency: ForeignFormat = {
  title: 'kafka-e2e-latency',
  kind: 'e2e',
  primary: ['service.meanMs'],
  isIt: (text) => /^Avg latency: \S+ ms$/m.test(text) || /^\d+\t\d+\.\d+$/m.test(text.slice(0, 1000)),
  read(text, _, path) {
    const runs: ForeignRun[] = []
    let meanMs: number | undefined
    let count: number | undefined
    for (const line of text.split('\n').map((one) => one.trimEnd())) {
      const progress = PROGRESS.exec(line)?.[1]
      if (progress !== undefined) count = Number(progress) + 1
      const mean = MEAN.exec(line)?.[1]
      if (mean !== undefined) meanMs = Number(mean)
      const [, p50, p99, p999] = PERCENTILES.exec(line) ?? []
      if (p50 === undefined) continue
      runs.push({
        metrics: {},
        service: known({ count, meanMs, p50Ms: Number(p50), p99Ms: Number(p99), p999Ms: Number(p999) }),
      })
      meanMs = undefined
      count = undefined
    }
    if (runs.length === 0) {
      throw new TuneError('CONFIG', `${path} has no line of percentiles of kafka-e2e-latency`, {
        hint: 'it was cut short, or the run did not end: the last line begins with Percentiles',
      })
    }
    return { runs, asked: {} }
  },
}
