/**
 * What kafka-consumer-perf-test prints (0.11 to 4.x), and kafka-share-consumer-perf-test, whose columns stand in another
 * order: found by the names in the header. A row is a run; with `--show-detailed-stats` rows are intervals of one run.
 */
import { TuneError } from '../errors.ts'
import { type ForeignFormat, type ForeignOutput, type ForeignRun, known, MIB } from './foreign-run.ts'

const HEADER = /^(?:start\.time, end\.time|time, threadId), .*\bnMsg\b.*$/
const SHORT = /^WARNING: Exiting before consuming the expected number of (messages|records)/m

export const consumerPerfTest: ForeignFormat = {
  title: 'kafka-consumer-perf-test',
  kind: 'consumer',
  primary: ['recordsPerSec'],
  isIt: (text) => text.split('\n').some((line) => HEADER.test(line.trim())),
  read(text, _, path): ForeignOutput {
    const runs: ForeignRun[] = []
    let titles: string[] | undefined
    let intervals: Row[] = []
    const endRun = () => {
      if (intervals.length > 0) runs.push(runOfIntervals(intervals))
      intervals = []
    }
    for (const line of text.split('\n').map((one) => one.trim())) {
      if (HEADER.test(line)) {
        endRun()
        titles = line.split(', ')
        continue
      }
      const cells = line.split(', ')
      if (titles === undefined || cells.length !== titles.length) continue
      const row = new Map(titles.map((title, at) => [title, Number(cells[at])] as const))
      if (titles.includes('threadId')) intervals.push(row)
      else runs.push(runOf(row))
    }
    endRun()
    if (runs.length === 0 || runs.some(({ metrics }) => !((metrics.recordsReceived ?? 0) > 0))) {
      const what = runs.length === 0 ? 'has a header and no row' : 'tells of a run that read no record'
      throw new TuneError('CONFIG', `${path} ${what} of kafka-consumer-perf-test`, {
        hint: 'it was cut short, or the run did not come to its end',
      })
    }
    const notes = SHORT.test(text)
      ? ['a run gave up before it had read all: the time it waited is in its rate']
      : []
    return { runs, asked: {}, notes }
  },
}

type Row = ReadonlyMap<string, number>

function runOf(row: Row): ForeignRun {
  // Without the time to join, where the two are told apart (since 0.11)
  const perSec = row.get('fetch.nMsg.sec') ?? row.get('nMsg.sec')
  const mibPerSec = row.get('fetch.MB.sec') ?? row.get('MB.sec')
  return {
    metrics: known({
      recordsReceived: row.get('data.consumed.in.nMsg'),
      recordsPerSec: perSec,
      bytesPerSec: mibPerSec === undefined ? undefined : mibPerSec * MIB,
      joinMs: row.get('rebalance.time.ms'),
    }),
  }
}

/** Totals grow from row to row, times are those of the interval. */
function runOfIntervals(rows: readonly Row[]): ForeignRun {
  const last = rows.at(-1)
  const records = last?.get('data.consumed.in.nMsg')
  const mib = last?.get('data.consumed.in.MB')
  const seconds = rows.reduce((sum, row) => sum + (row.get('fetch.time.ms') ?? Number.NaN), 0) / 1000
  // One of less than its first join tells a time below 0
  if (!(seconds > 0)) return { metrics: known({ recordsReceived: records }) }
  return {
    metrics: known({
      recordsReceived: records,
      recordsPerSec: (records ?? Number.NaN) / seconds,
      bytesPerSec: ((mib ?? Number.NaN) * MIB) / seconds,
    }),
  }
}
