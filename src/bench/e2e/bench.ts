/** An end-to-end bench: the producer bench, answered by what comes out at the other end. */
import { randomBytes } from 'node:crypto'
import type { E2eResult, ProducerResult, Warning } from '../../core/result.ts'
import { judge } from '../../core/verdict.ts'
import { TuneError } from '../../errors.ts'
import { type BenchIo, benchSending } from '../producer.ts'
import type { Reception } from './driver.ts'
import { runInField } from './json-field.ts'
import { describeCorrelation, type E2eBenchPlan, type ReceivePlan } from './plan.ts'

export async function benchE2e(plan: E2eBenchPlan, io: BenchIo): Promise<E2eResult> {
  const random = randomBytes(4).readUInt32BE() >>> 1
  const run = plan.receive.correlate.kind === 'json' ? runInField(random) : random
  const { result, loaded } = await benchSending({ ...plan, receive: { ...plan.receive, run } }, io)
  if (loaded.reception === undefined) throw new TuneError('INTERNAL', 'the load received nothing')
  const e2e = receivedAs(plan.receive, result, loaded.reception)
  return { ...e2e, verdicts: judge(e2e, plan.thresholds) }
}

/** With what came out at the other end; not judged yet. */
export function receivedAs(
  receivePlan: ReceivePlan,
  result: ProducerResult,
  reception: Reception,
): E2eResult {
  const { received, missing, aborted, duplicated, late, outOfOrder, foreign, acknowledged, receive } =
    reception.tally
  const { lagRecords, outputPartitions } = reception
  const lag = lagRecords === undefined ? {} : { lagRecords }
  const metrics = {
    ...result.metrics,
    recordsReceived: received,
    recordsMissing: missing,
    recordsRepeated: duplicated,
    recordsOutOfOrder: outOfOrder,
    ...lag,
  }
  const blocks = {
    ...(acknowledged === undefined ? {} : { acknowledged }),
    ...(receive === undefined ? {} : { receive }),
  }
  return {
    ...result,
    kind: 'e2e',
    plan: {
      ...result.plan,
      outputTopic: receivePlan.outputTopic,
      outputPartitions,
      correlate: describeCorrelation(receivePlan),
      consumers: receivePlan.consumers,
    },
    metrics,
    ...blocks,
    reception: {
      ...{ received, missing, repeated: duplicated, outOfOrder, foreign, ...lag },
      ...(late === 0 ? {} : { late }),
      ...(aborted === 0 ? {} : { aborted }),
      ...(Object.keys(reception.errors).length === 0 ? {} : { errors: reception.errors }),
    },
    verdicts: [],
    warnings: [...result.warnings, ...spoilers(reception, receivePlan.outputTopic)],
  }
}

function spoilers({ tally, errors, timestampType }: Reception, outputTopic: string): Warning[] {
  const { missing, duplicated, late, outOfOrder, foreign } = tally
  const warnings: Warning[] = []
  const warn = (id: string, text: string) => warnings.push({ id, text })
  if (missing > 0) warn('missing', `${missing} acknowledged records were never received`)
  if (late > 0) warn('late', `${late} records were received after they had been given up`)
  if (duplicated > 0) warn('repeated', `${duplicated} records were received more than once`)
  if (outOfOrder > 0)
    warn('out-of-order', `${outOfOrder} records were received behind a later one of their partition`)
  if (foreign > 0) warn('foreign', `${foreign} records were received that are not of this run`)
  if (timestampType === 'LogAppendTime') {
    warn(
      'log-append-time',
      `${outputTopic} is stamped by the broker (LogAppendTime); times here are tune's own, from the due time`,
    )
  }
  const met = Object.entries(errors).map(([code, count]) => `${code} ${count}`)
  if (met.length > 0) warn('consumer-errors', `the consumers met errors and went on: ${met.join(', ')}`)
  return warnings
}
