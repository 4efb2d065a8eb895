/** An end-to-end bench: the producer bench, answered by what comes out at the other end. */
import { randomBytes } from 'node:crypto'
import type { E2eResult, ProducerResult, Warning } from '../../core/result.ts'
import { judge } from '../../core/verdict.ts'
import { TuneError } from '../../errors.ts'
import { type BenchIo, benchProducer } from '../producer.ts'
import { type EndToEnd, endToEnd } from './driver.ts'
import { describeCorrelation, type E2eBenchPlan } from './plan.ts'

export async function benchE2e(plan: E2eBenchPlan, io: BenchIo): Promise<E2eResult> {
  const { admin, clock } = io
  const { outputTopic } = plan.receive
  let outputPartitions = 0
  let timestampType: string | undefined
  const ends = endToEnd({
    driver: io.driver,
    admin,
    clock,
    plan: plan.receive,
    run: randomBytes(4).readUInt32BE(),
    // Asked when the topic is there: a topic of its own is made first
    async partitions() {
      const found = await admin.describe(outputTopic)
      if (found === undefined) {
        throw new TuneError('TOPIC', `topic ${outputTopic} does not exist (or this user may not see it)`, {
          hint: 'name the topic that the records come out of with --output-topic',
        })
      }
      outputPartitions = found.partitions.length
      timestampType = found.configs['message.timestamp.type']
      return outputPartitions
    },
  })
  const result = await benchProducer(plan, {
    ...io,
    driver: ends.driver,
    endToEnd: { onMeasure: ends.onMeasure, answers: ends.tally },
  })
  return toE2e(plan, result, ends, {
    outputPartitions,
    timestampType,
    lagRecords: await ends.lagRecords(),
  })
}

function toE2e(
  plan: E2eBenchPlan,
  result: ProducerResult,
  ends: EndToEnd,
  facts: { outputPartitions: number; timestampType: string | undefined; lagRecords: number | undefined },
): E2eResult {
  const { receive: receivePlan } = plan
  const { received, missing, duplicated, outOfOrder, foreign, acknowledged, receive } = ends.tally()
  const { lagRecords } = facts
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
  const e2e: E2eResult = {
    ...result,
    kind: 'e2e',
    plan: {
      ...result.plan,
      outputTopic: receivePlan.outputTopic,
      outputPartitions: facts.outputPartitions,
      correlate: describeCorrelation(receivePlan),
      consumers: receivePlan.consumers,
    },
    metrics,
    ...blocks,
    reception: { received, missing, repeated: duplicated, outOfOrder, foreign, ...lag },
    verdicts: [],
    warnings: [...result.warnings, ...spoilers(ends, facts.timestampType, receivePlan.outputTopic)],
  }
  return { ...e2e, verdicts: judge(e2e, plan.thresholds) }
}

function spoilers(ends: EndToEnd, timestampType: string | undefined, outputTopic: string): Warning[] {
  const { missing, duplicated, outOfOrder, foreign } = ends.tally()
  const warnings: Warning[] = []
  const warn = (id: string, text: string) => warnings.push({ id, text })
  if (missing > 0) warn('missing', `${missing} acknowledged records were never received`)
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
  const errors = Object.entries(ends.errors).map(([code, count]) => `${code} ${count}`)
  if (errors.length > 0) warn('consumer-errors', `the consumers met errors and went on: ${errors.join(', ')}`)
  return warnings
}
