/**
 * An HdrHistogram interval log (1.2, 1.3): what times it holds is told by tags, as `tune` writes them; without a tag they
 * are latencies. The unit of its values is told by nothing but the column of maxima, which is in ms.
 */
import { type ForeignHistogram, mergeForeign } from '../core/histogram.ts'
import { messageOf, TuneError } from '../errors.ts'
import { type ForeignFormat, type ForeignRun, known } from './foreign-run.ts'

interface Interval {
  readonly tag: string
  readonly seconds: number
  readonly maxMs: number
  readonly encoded: string
}

const LINE = /^(?:Tag=([^,]*),)?([\d.]+),([\d.]+),([\d.]+),(HIST\S*)$/
const BLOCKS = ['latency', 'service', 'lateness', 'blocked', 'api', 'poll'] as const

const UNITS = [
  { perMs: 1e6, name: 'ns' },
  { perMs: 1e3, name: 'µs' },
  { perMs: 1, name: 'ms' },
] as const
/** Buckets are 0.1 or 1 % wide, and a maximum in ms may have three decimals. */
const LIKE = 1.05

export const hlog: ForeignFormat = {
  title: 'HdrHistogram log',
  kind: undefined,
  primary: ['recordsPerSec', 'latency.p50Ms'],
  isIt: (text) =>
    text.startsWith('#[Histogram log format') || /^(Tag=[^,]*,)?[\d.]+,[\d.]+,[\d.]+,HIST/m.test(text),
  read(text, _, path) {
    const intervals = intervalsOf(text, path)
    const tags = [...new Set(intervals.map(({ tag }) => tag))]
    const found = BLOCKS.filter((block) => tags.includes(block))
    if (found.length === 0) {
      throw new TuneError(
        'CONFIG',
        tags.length === 0
          ? `${path} has no interval`
          : `${path} has no tag that is known: it has ${tags.join(', ')}`,
        { hint: `known are ${BLOCKS.join(', ')}, and intervals without a tag, which are latencies` },
      )
    }
    const byTag = (tag: string) => intervals.filter((one) => one.tag === tag)
    const unit = unitOf(intervals, path)
    const others = tags.filter((tag) => !found.some((block) => block === tag))
    const blocks = found.map((block) => [block, timesOf(byTag(block), unit.perMs, path)] as const)
    const seconds = byTag('latency').reduce((sum, one) => sum + one.seconds, 0)
    const count = blocks.find(([block]) => block === 'latency')?.[1].count
    const run: ForeignRun = {
      metrics: known({ recordsPerSec: (count ?? Number.NaN) / seconds }),
      ...Object.fromEntries(blocks),
    }
    return {
      runs: [run],
      asked: {},
      notes: [
        `values are taken for ${unit.name}, as its maxima say`,
        ...(others.length > 0 ? [`left out are the tags ${others.join(', ')}`] : []),
      ],
    }
  },
}

function intervalsOf(text: string, path: string): Interval[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  return lines.flatMap((line, at) => {
    if (line === '' || line.startsWith('#') || line.startsWith('"')) return []
    const [, tag = 'latency', , length, max, encoded = ''] = LINE.exec(line) ?? []
    if (encoded === '') {
      throw new TuneError('CONFIG', `${path}: line ${at + 1} is no interval of a histogram log`, {
        hint: 'such a line is [Tag=NAME,]START,LENGTH,MAX,HISTF…; the last one may be cut short',
      })
    }
    return [{ tag, seconds: Number(length), maxMs: Number(max), encoded }]
  })
}

function unitOf(intervals: readonly Interval[], path: string): (typeof UNITS)[number] {
  const told = intervals.filter(({ maxMs }) => maxMs > 0).toSorted((a, b) => b.maxMs - a.maxMs)[0]
  if (told === undefined) return UNITS[1]
  const perMs = decoded([told], path).max / told.maxMs
  const unit = UNITS.find((one) => perMs < one.perMs * LIKE && perMs > one.perMs / LIKE)
  if (unit !== undefined) return unit
  throw new TuneError('CONFIG', `${path} does not tell the unit of its values`, {
    hint: `its maxima are to be in ms: the highest is ${told.maxMs}, and its histogram goes to ${perMs * told.maxMs}`,
  })
}

function timesOf(intervals: readonly Interval[], perMs: number, path: string) {
  const all = decoded(intervals, path)
  const at = (percent: number) => all.valueAt(percent) / perMs
  if (all.count === 0) return {}
  return known({
    count: all.count,
    meanMs: all.mean / perMs,
    p50Ms: at(50),
    p90Ms: at(90),
    p95Ms: at(95),
    p99Ms: at(99),
    p999Ms: at(99.9),
    maxMs: Math.max(...intervals.map(({ maxMs }) => maxMs)),
  })
}

function decoded(intervals: readonly Interval[], path: string): ForeignHistogram {
  try {
    return mergeForeign(intervals.map(({ encoded }) => encoded))
  } catch (error) {
    throw new TuneError('CONFIG', `${path} has a histogram that cannot be read: ${messageOf(error)}`, {
      hint: 'it was cut short or edited; read is version 2, compressed (HISTF…)',
      cause: error,
    })
  }
}
