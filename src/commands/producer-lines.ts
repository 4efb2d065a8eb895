/** `--report apache` of a producer bench: interval lines while it runs, as the original prints them, then the last. */
import { apacheFinalLine, apacheMetrics, createApacheLines } from '../report/apache.ts'
import { parseDurationMs } from '../units.ts'
import type { ApacheLines } from './bench-output.ts'
import type { ProducerFlags } from './producer-flags.ts'

export function producerLines({ reportingInterval, printMetrics }: ProducerFlags): ApacheLines {
  const lines = createApacheLines(
    reportingInterval === undefined
      ? undefined
      : parseDurationMs(reportingInterval, '--reporting-interval', { bare: 'ms', min: 1 }),
  )
  let lastMs = 0
  return {
    line(progress) {
      if (progress.phase === 'warm-up') return undefined
      const durationMs = progress.elapsedMs - lastMs
      lastMs = progress.elapsedMs
      return lines.add({
        records: Math.round((progress.recordsPerSec * durationMs) / 1000),
        bytes: (progress.bytesPerSec * durationMs) / 1000,
        durationMs,
        meanServiceMs: progress.meanServiceMs,
        maxServiceMs: progress.maxServiceMs,
      })
    },
    last(result) {
      if (result.kind === 'consumer' || result.kind === 'connector') return ''
      return `${apacheFinalLine(result)}\n${printMetrics === true ? apacheMetrics(result) : ''}`
    },
  }
}
