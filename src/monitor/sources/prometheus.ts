/**
 * Prometheus: what an agent on the worker shows (a scrape endpoint), or what a server has of it (its HTTP API,
 * https://prometheus.io/docs/prometheus/latest/querying/api/). Which of them an address is, it tells itself.
 */
import { z } from 'zod'
import { TuneError } from '../../errors.ts'
import { type Asker, shownUrl } from '../../http/ask.ts'
import type { Field, Point } from '../fields.ts'
import type { Source } from '../source.ts'
import { parseExposition, type Sample } from './exposition.ts'

/** Names under the JMX exporter's default rules; before version 1 it left counters without `_total`. */
const NAMES: Readonly<Record<string, { readonly field: Field; readonly times?: number }>> = {
  kafka_connect_source_task_metrics_source_record_write: { field: 'recordsWritten' },
  kafka_connect_source_task_metrics_source_record_poll: { field: 'recordsPolled' },
  kafka_connect_source_task_metrics_source_record_active_count: { field: 'activeRecords' },
  kafka_connect_source_task_metrics_poll_batch_avg_time_ms: { field: 'pollBatchMs' },
  kafka_connect_connector_task_metrics_offset_commit_avg_time_ms: { field: 'offsetCommitMs' },
  kafka_connect_connector_task_metrics_offset_commit_failure_percentage: {
    field: 'offsetCommitFailureRatio',
  },
  jvm_memory_used_bytes: { field: 'heapUsedBytes' },
  jvm_memory_bytes_used: { field: 'heapUsedBytes' },
  jvm_memory_max_bytes: { field: 'heapMaxBytes' },
  jvm_memory_bytes_max: { field: 'heapMaxBytes' },
  jvm_gc_collection_seconds_sum: { field: 'gcMs', times: 1000 },
}

const Vector = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
})

export function prometheusSource(url: string, connector: string | undefined, asker: Asker): Source {
  let isServer: boolean | undefined
  const read = async (): Promise<readonly Sample[]> => {
    if (isServer !== true) {
      const scraped = await scrape(url, asker)
      if (scraped !== undefined) {
        isServer = false
        return scraped
      }
    }
    const samples = await query(url, asker)
    isServer = true
    return samples
  }
  return {
    kind: 'prometheus',
    shown: shownUrl(url),
    read: async () => ({ points: prometheusPoints(await read(), connector) }),
  }
}

/** undefined where it is none: a server's first page is HTML. */
async function scrape(url: string, asker: Asker): Promise<Sample[] | undefined> {
  const { status, body } = await asker.ask(url)
  if (status !== 200) return undefined
  const samples = parseExposition(body.toString('utf8'))
  return samples.length === 0 ? undefined : samples
}

async function query(url: string, asker: Asker): Promise<Sample[]> {
  const names = Object.keys(NAMES).map((name) => (name.startsWith('kafka') ? `${name}(_total)?` : name))
  const at = new URL(url)
  at.pathname = `${at.pathname.replace(/\/+$/, '')}/api/v1/query`
  at.searchParams.set('query', `{__name__=~"${names.join('|')}"}`)
  const parsed = Vector.safeParse(await asker.json(at.href))
  if (!parsed.success) {
    throw new TuneError(
      'UNREACHABLE',
      `${shownUrl(url)} is neither a scrape endpoint nor a Prometheus server`,
      {
        hint: 'name http://worker:port/metrics, or the root of a server: http://prometheus:9090',
      },
    )
  }
  return parsed.data.data.result.map(({ metric: { __name__: name = '', ...labels }, value: [, text] }) => ({
    name,
    labels,
    value: Number(text),
  }))
}

export function prometheusPoints(samples: readonly Sample[], connector: string | undefined): Point[] {
  const ours = samples.filter(
    ({ name, labels }) =>
      name.startsWith('kafka_connect_') && (connector === undefined || labels.connector === connector),
  )
  // A server has the heaps of others as well
  const workers = new Set(ours.map(({ labels }) => labels.instance))
  const jvms = samples.filter(
    ({ name, labels }) =>
      name.startsWith('jvm_') &&
      (labels.area ?? 'heap') === 'heap' &&
      (labels.instance === undefined || workers.has(labels.instance)),
  )
  return [...ours, ...jvms].flatMap(({ name, labels, value }): Point[] => {
    const known = NAMES[name] ?? NAMES[name.replace(/_total$/, '')]
    // Java's NaN: not known yet; -1: a heap without a limit
    if (known === undefined || !Number.isFinite(value) || value < 0) return []
    const of = Object.entries(labels)
      .map(([key, text]) => `${key}=${text}`)
      .sort()
      .join(' ')
    return [{ field: known.field, of, value: value * (known.times ?? 1) }]
  })
}
