/**
 * Jolokia on the worker: MBeans as JSON. One request brings the connector's tasks, the heap and the collectors
 * (https://jolokia.org/reference/html/manual/jolokia_protocol.html, Read and Bulk requests).
 */
import { z } from 'zod'
import { TuneError } from '../../errors.ts'
import { type Asker, shownUrl } from '../../http/ask.ts'
import type { Field, Point } from '../fields.ts'
import type { Source } from '../source.ts'

const values = z.record(z.string(), z.unknown())
const Answers = z.array(
  z.object({ status: z.number(), value: z.unknown().optional(), error: z.string().optional() }),
)

/** Attributes of a task's MBeans, https://kafka.apache.org/documentation/#connect_monitoring */
const OF_TASK: Readonly<Record<string, Field>> = {
  'source-record-write-total': 'recordsWritten',
  'source-record-poll-total': 'recordsPolled',
  'source-record-active-count': 'activeRecords',
  'poll-batch-avg-time-ms': 'pollBatchMs',
  'offset-commit-avg-time-ms': 'offsetCommitMs',
  // called a percentage, and is a share
  'offset-commit-failure-percentage': 'offsetCommitFailureRatio',
}

export function jolokiaSource(base: string, connector: string | undefined, asker: Asker): Source {
  const name = connector === undefined ? '*' : quoted(connector)
  const questions = [
    { type: 'read', mbean: `kafka.connect:type=source-task-metrics,connector=${name},task=*` },
    { type: 'read', mbean: `kafka.connect:type=connector-task-metrics,connector=${name},task=*` },
    { type: 'read', mbean: 'java.lang:type=Memory', attribute: 'HeapMemoryUsage' },
    { type: 'read', mbean: 'java.lang:type=GarbageCollector,name=*', attribute: 'CollectionTime' },
  ]
  // A path without its last stroke is answered with a redirect
  const url = `${base.replace(/\/+$/, '')}/`
  return {
    kind: 'jolokia',
    shown: shownUrl(base),
    read: async () => ({ points: jolokiaPoints(await asker.json(url, questions), shownUrl(base)) }),
  }
}

/** Kafka quotes what has more than letters (`Sanitizer.jmxSanitize`). */
function quoted(name: string): string {
  return /^[\w%. \t-]+$/.test(name) ? name : `"${name.replace(/[\\"*?]/g, '\\$&')}"`
}

/** @param document answers to the four questions, in their order */
export function jolokiaPoints(document: unknown, shown: string): Point[] {
  const parsed = Answers.safeParse(document)
  if (!parsed.success) {
    throw new TuneError('UNREACHABLE', `${shown} answers, but not as Jolokia does`, {
      hint: 'its address ends in /jolokia: http://host:8778/jolokia',
    })
  }
  // 404: no such MBean, as while a task is started
  const [tasks, more, heap, collectors] = parsed.data.map(({ status, value }) =>
    status === 200 ? value : undefined,
  )
  return [...taskPoints(tasks), ...taskPoints(more), ...heapPoints(heap), ...collectorPoints(collectors)]
}

function taskPoints(value: unknown): Point[] {
  return Object.entries(values.safeParse(value).data ?? {}).flatMap(([name, attributes]) => {
    const of = taskOf(name)
    return Object.entries(values.safeParse(attributes).data ?? {}).flatMap(([attribute, number]) => {
      const field = OF_TASK[attribute]
      return field === undefined ? [] : point(field, of, number)
    })
  })
}

/** `http 0` of `kafka.connect:connector=http,task=0,type=source-task-metrics`; the order of keys is not fixed. */
function taskOf(objectName: string): string {
  const part = (key: string) =>
    new RegExp(`[:,]${key}=("(?:[^"\\\\]|\\\\.)*"|[^,]*)`).exec(objectName)?.[1] ?? ''
  return `${part('connector')} ${part('task')}`
}

function heapPoints(value: unknown): Point[] {
  const usage = values.safeParse(value).data ?? {}
  return [...point('heapUsedBytes', 'heap', usage.used), ...point('heapMaxBytes', 'heap', usage.max)]
}

function collectorPoints(value: unknown): Point[] {
  return Object.entries(values.safeParse(value).data ?? {}).flatMap(([name, attributes]) =>
    point('gcMs', name, values.safeParse(attributes).data?.CollectionTime),
  )
}

/** A number that Java does not know yet is NaN, and comes as text or null; -1: a heap without a limit. */
function point(field: Field, of: string, value: unknown): Point[] {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? [{ field, of, value }] : []
}
