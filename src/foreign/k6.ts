/**
 * A summary of k6 as JSON: `--summary-export`, the data of `handleSummary`, and the machine-readable summary of k6 2, which
 * list the same metrics in three ways. A request's time without connecting is its `http_req_duration`.
 */
import { TuneError } from '../errors.ts'
import { member } from '../member.ts'
import { type ForeignFormat, known, type Times } from './foreign-run.ts'

const REQUESTS = 'http_reqs'
const DURATION = 'http_req_duration'

export const k6: ForeignFormat = {
  title: 'k6',
  kind: 'http',
  primary: ['requestsPerSec', 'api.p50Ms'],
  isIt: (_, document) =>
    valuesOf(document, 'iterations') !== undefined || valuesOf(document, REQUESTS) !== undefined,
  read(_, document, path) {
    const count = figure(document, REQUESTS, 'count')
    if (count === undefined || count === 0) {
      throw new TuneError('CONFIG', `${path} is a summary of k6 without requests over HTTP`, {
        hint: 'compared are http_reqs and http_req_duration',
      })
    }
    const seconds = member(member(document, 'config'), 'duration')
    const perSec = (name: string) =>
      figure(document, name, 'rate') ??
      (typeof seconds === 'number' ? (figure(document, name, 'count') ?? Number.NaN) / seconds : undefined)
    const dropped = figure(document, 'dropped_iterations', 'count') ?? 0
    return {
      runs: [
        {
          metrics: known({
            requestsPerSec: perSec(REQUESTS),
            bytesPerSec: perSec('data_received'),
            errorRatio:
              figure(document, 'http_req_failed', 'rate') ?? figure(document, 'http_req_failed', 'value'),
          }),
          api: timesOf(document, count),
        },
      ],
      asked: {},
      notes: dropped > 0 ? [`k6 dropped ${dropped} iterations, which are in no latency`] : [],
    }
  },
}

function timesOf(document: unknown, count: number): Times {
  const value = (name: string) => figure(document, DURATION, name)
  return known({
    count,
    meanMs: value('avg'),
    p50Ms: value('med') ?? value('p(50)'),
    p90Ms: value('p(90)'),
    p95Ms: value('p(95)'),
    p99Ms: value('p(99)'),
    p999Ms: value('p(99.9)'),
    maxMs: value('max'),
  })
}

function figure(document: unknown, metric: string, name: string): number | undefined {
  const found = member(valuesOf(document, metric), name)
  return typeof found === 'number' ? found : undefined
}

/** The figures of a metric, wherever this kind of summary has them. */
function valuesOf(document: unknown, metric: string): unknown {
  const listed = member(member(document, 'results'), 'metrics')
  const entry = Array.isArray(listed)
    ? listed.find((one) => member(one, 'name') === metric)
    : member(member(document, 'metrics'), metric)
  return member(entry, 'values') ?? entry
}
