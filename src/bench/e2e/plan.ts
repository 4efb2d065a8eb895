import type { Properties } from '../../drivers/driver.ts'
import type { ProducerBenchPlan } from '../plan.ts'
import { formatJsonPath, type JsonPath } from './json-field.ts'

/** A producer bench whose records are awaited at the other end. */
export interface E2eBenchPlan extends ProducerBenchPlan {
  readonly receive: ReceivePlan
}

/** By what a record is known when it comes out. */
export type Correlation =
  | { readonly kind: 'header'; readonly name: string }
  /** A field of the JSON value: where it goes in, and where it comes out. */
  | { readonly kind: 'json'; readonly input: JsonPath; readonly output: JsonPath }
  /** Partition and offset: nothing travels with the record. */
  | { readonly kind: 'place' }
  /** A change event of a database: by columns of its row. */
  | { readonly kind: 'change' }

export interface ReceivePlan {
  /** Where records come out; the topic itself unless there is a pipeline between. */
  readonly outputTopic: string
  readonly correlate: Correlation
  readonly consumers: number
  /** Java names. */
  readonly properties: Properties
}

/** With the number that this run's stamps carry; where several processes send, each has the next one. */
export interface Receiving extends ReceivePlan {
  readonly run: number
}

export const DEFAULT_HEADER = 'tune'

export function describeCorrelation({ correlate }: Pick<ReceivePlan, 'correlate'>): string {
  if (correlate.kind === 'place') return 'place: partition and offset'
  if (correlate.kind === 'change') return 'change: columns of the row'
  if (correlate.kind === 'header') return `header:${correlate.name}`
  const [input, output] = [correlate.input, correlate.output].map(formatJsonPath)
  return input === output ? `json:${input}` : `json:${input}:${output}`
}
