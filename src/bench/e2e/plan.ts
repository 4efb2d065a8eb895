import type { Properties } from '../../drivers/driver.ts'
import type { ProducerBenchPlan } from '../plan.ts'

/** A producer bench whose records are awaited at the other end. */
export interface E2eBenchPlan extends ProducerBenchPlan {
  readonly receive: ReceivePlan
}

export interface ReceivePlan {
  /** Where records come out; the topic itself unless there is a pipeline between. */
  readonly outputTopic: string
  /** The header that carries a record's stamp through; undefined: records are known by partition and offset. */
  readonly header: string | undefined
  readonly consumers: number
  /** Java names. */
  readonly properties: Properties
}

/** With the number that this run's stamps carry; where several processes send, each has the next one. */
export interface Receiving extends ReceivePlan {
  readonly run: number
}

export const DEFAULT_HEADER = 'tune'

export function describeCorrelation({ header }: Pick<ReceivePlan, 'header'>): string {
  return header === undefined ? 'place: partition and offset' : `header:${header}`
}
