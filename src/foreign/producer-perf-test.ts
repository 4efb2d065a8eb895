/**
 * What kafka-producer-perf-test prints (`ProducerPerformance.java`, 2.8 to 4.x). A line of totals is a run: outputs that
 * were put into one file are several runs. With `--warmup-records` the steady line is the run. Times are from the send to
 * the acknowledgement, as our `service`, the percentiles in whole ms.
 */
import { TuneError } from '../errors.ts'
import { type ForeignFormat, type ForeignRun, known, MIB } from './foreign-run.ts'

const LINE = /^(\d+) (steady state )?records sent, (\S+) records\/sec \((\S+) MB\/sec\), (.*)$/gm
/** `2.31 ms avg latency` and `5 ms 99.9th`. */
const PART = /(\S+) ms (avg latency|max latency|50th|95th|99th|99\.9th)/g
const FIELDS = {
  'avg latency': 'meanMs',
  'max latency': 'maxMs',
  '50th': 'p50Ms',
  '95th': 'p95Ms',
  '99th': 'p99Ms',
  '99.9th': 'p999Ms',
} as const

/** It keeps no more latencies than that. */
const MOST_SAMPLES = 500_000

export const producerPerfTest: ForeignFormat = {
  title: 'kafka-producer-perf-test',
  kind: 'producer',
  // The mean has a fraction, the median is whole
  primary: ['recordsPerSec', 'service.meanMs'],
  isIt: (text) => /^\d+ (steady state )?records sent, \S+ records\/sec \(/m.test(text),
  read(text, _, path) {
    const runs: ForeignRun[] = []
    for (const [, records = '', steady, perSec = '', mibPerSec = '', rest = ''] of text.matchAll(LINE)) {
      // Lines of intervals have no percentiles
      if (!rest.includes('99.9th')) continue
      if (steady !== undefined) runs.pop()
      runs.push(runOf(Number(records), Number(perSec), Number(mibPerSec), rest))
    }
    if (runs.length === 0) {
      throw new TuneError('CONFIG', `${path} has no line of totals of kafka-producer-perf-test`, {
        hint: 'it was cut short, or the run did not end: the last line has the percentiles',
      })
    }
    if (runs.some(({ metrics }) => metrics.recordsAcked === 0)) {
      throw new TuneError('CONFIG', `${path}: a run of kafka-producer-perf-test sent no record`, {
        hint: 'it ends with exit code 0 even then; its errors are above that line',
      })
    }
    return { runs, asked: {} }
  },
}

function runOf(records: number, perSec: number, mibPerSec: number, rest: string): ForeignRun {
  const times = [...rest.matchAll(PART)].map(([, value, name]) => [
    FIELDS[name as keyof typeof FIELDS],
    Number(value),
  ])
  return {
    metrics: known({ recordsAcked: records, recordsPerSec: perSec, bytesPerSec: mibPerSec * MIB }),
    service: known({ count: Math.min(records, MOST_SAMPLES), ...Object.fromEntries(times) }),
  }
}
