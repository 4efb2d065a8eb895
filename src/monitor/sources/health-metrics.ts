/**
 * JSON at `/health/metrics`. The guide reads two shapes there (Performance Alerts; Load Testing Script), the connector
 * that it was written for has a third; other names are given by `--metrics-field`.
 */
import { TuneError } from '../../errors.ts'
import { type Asker, shownUrl } from '../../http/ask.ts'
import { valueAt } from '../../http/json-path.ts'
import { didYouMean } from '../../nearest.ts'
import { FIELD_NAMES, type Field, isField, type Point } from '../fields.ts'
import type { Source } from '../source.ts'

/** Where a field is, and what makes its own unit of the number there. */
export interface Place {
  readonly path: string
  readonly read: 'plain' | 'percent' | 'good percent'
}

export type Places = Readonly<Partial<Record<Field, readonly Place[]>>>

const plain = (path: string): Place => ({ path, read: 'plain' })
const percent = (path: string): Place => ({ path, read: 'percent' })

/** The first place that has a number counts. */
const KNOWN: Places = {
  recordsWritten: [plain('totalMessages'), plain('throughput.recordsProduced')],
  toldRecordsPerSec: [plain('throughput.messagesPerSecond'), plain('throughput.recordsPerSecond')],
  connectorLatencyMs: [plain('latency.averageMs'), plain('averageLatency'), plain('responseTimes.average')],
  cacheHitRatio: [plain('cache.hitRatio'), plain('cacheHitRatio'), percent('cache.hitRate')],
  cacheHits: [plain('cache.hits')],
  cacheMisses: [plain('cache.misses')],
  // The guide prints a % sign behind it
  errorRatio: [percent('errorRate'), { path: 'requests.successRate', read: 'good percent' }],
  requests: [plain('requests.total')],
  requestsFailed: [plain('requests.failed')],
}

const READ: Readonly<Record<Place['read'], (value: number) => number>> = {
  plain: (value) => value,
  percent: (value) => value / 100,
  'good percent': (value) => 1 - value / 100,
}

export function healthSource(url: string, given: Places, asker: Asker): Source {
  const places = { ...KNOWN, ...given }
  return {
    kind: 'health',
    shown: shownUrl(url),
    async read() {
      const points = healthPoints(await asker.json(url), places)
      if (points.length > 0) return { points }
      throw new TuneError('UNREACHABLE', `${shownUrl(url)} has none of the figures that are known by name`, {
        hint: 'say where they are: --metrics-field recordsWritten=.my.total connectorLatencyMs=.my.meanMs',
      })
    },
  }
}

export function healthPoints(document: unknown, places: Places = KNOWN): Point[] {
  return FIELD_NAMES.flatMap((field) => {
    for (const { path, read } of places[field] ?? []) {
      const value = valueAt(document, path)
      if (typeof value === 'number' && Number.isFinite(value))
        return [{ field, of: '', value: READ[read](value) }]
    }
    return []
  })
}

/**
 * `recordsWritten=.my.total`, `cacheHitRatio=/cache/rate%`: a path as jq or RFC 6901 has it; % where the number there is
 * of 100.
 * @throws TuneError USAGE
 */
export function parsePlaces(words: readonly string[], flag: string): Places {
  return Object.fromEntries(
    words.map((word): [Field, readonly Place[]] => {
      const [, name = '', path = '', sign] = /^([^=]*)=(.*?)(%?)$/.exec(word) ?? []
      if (!isField(name)) {
        throw new TuneError('USAGE', `${flag}: there is no field '${name || word}'`, {
          hint: didYouMean(name || word, FIELD_NAMES),
        })
      }
      if (path === '') {
        throw new TuneError('USAGE', `${flag}: '${word}' is not FIELD=PATH`, {
          hint: `for example ${flag} ${name}=.throughput.total`,
        })
      }
      return [name, [{ path: path.replace(/^\./, ''), read: sign === '%' ? 'percent' : 'plain' }]]
    }),
  )
}
