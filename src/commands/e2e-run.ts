/** `tune bench e2e` from flags to exit code. */
import { benchE2e } from '../bench/e2e/bench.ts'
import { fieldWriter, parseInAndOut } from '../bench/e2e/json-field.ts'
import { type Correlation, DEFAULT_HEADER, describeCorrelation, type ReceivePlan } from '../bench/e2e/plan.ts'
import { TuneError } from '../errors.ts'
import type { RecordSource } from '../records/index.ts'
import { parseCount } from '../units.ts'
import { oneOf } from './bench-request.ts'
import { propertiesLine } from './dry-run.ts'
import type { Io } from './io.ts'
import { parseKeyValues } from './key-values.ts'
import type { ProducerFlags } from './producer-flags.ts'
import type { ProducerRequest } from './producer-request.ts'
import { runSending } from './producer-run.ts'

export interface E2eFlags extends ProducerFlags {
  inputTopic?: string
  outputTopic?: string
  correlate?: string
  consumers?: string
  consumerProps?: string[]
}

const MAX_CONSUMERS = 1000

export function runE2e(flags: E2eFlags, io: Io): Promise<number> {
  const topic = oneOf({ '--topic': flags.topic, '--input-topic': flags.inputTopic })
  if (flags.outputTopic !== undefined && topic === undefined) {
    throw new TuneError('USAGE', '--output-topic needs the topic that the pipeline reads', {
      hint: 'name it with --input-topic: nobody reads a topic of its own',
    })
  }
  let receive: Omit<ReceivePlan, 'outputTopic'> | undefined
  return runSending({ ...flags, ...(topic === undefined ? {} : { topic }) }, io, {
    kind: 'e2e',
    check(request, source) {
      refuse(flags, request)
      receive = {
        correlate: correlationOf(flags, request.driver.name),
        consumers:
          flags.consumers === undefined
            ? 1
            : parseCount(flags.consumers, '--consumers', { min: 1, max: MAX_CONSUMERS }),
        properties: consumerProperties(flags),
      }
      refuseWithoutField(receive.correlate, source)
      // Unknown or contradicting properties are found before a broker is touched
      request.driver.effectiveConsumer({
        connection: request.connection ?? request.connectTo('127.0.0.1:9092'),
        properties: receive.properties,
        subscription: { kind: 'assigned', from: [] },
      })
    },
    planned() {
      if (receive === undefined) return {}
      return {
        'received from': flags.outputTopic ?? 'the topic itself',
        'known by': describeCorrelation(receive),
        consumers: String(receive.consumers),
        'consumer properties': propertiesLine(receive.properties),
      }
    },
    bench(plan, benchIo) {
      if (receive === undefined) throw new TuneError('INTERNAL', 'the plan was not checked')
      const outputTopic = flags.outputTopic ?? plan.topic.name
      return benchE2e({ ...plan, receive: { ...receive, outputTopic } }, benchIo)
    },
  })
}

/** @throws TuneError USAGE, UNSUPPORTED */
function refuse(flags: E2eFlags, { load, engine, driver, properties, workers }: ProducerRequest): void {
  if (load.shape.shape === 'unpaced') {
    throw new TuneError('USAGE', 'end to end as fast as it goes would measure the length of a queue', {
      hint: 'ask for a rate with --throughput; tune bench producer and consumer find the highest',
    })
  }
  if (engine === 'mock') {
    throw new TuneError(
      'UNSUPPORTED',
      "librdkafka's mock hands out one batch a fetch: nothing to measure reading with",
      {
        hint: 'use --engine kafka, or --bootstrap-server',
      },
    )
  }
  if (properties.acks === '0') {
    throw new TuneError(
      'USAGE',
      'acks=0: nobody tells what was stored, so nothing can be said to be missing',
      {
        hint: 'use acks=1 or acks=all',
      },
    )
  }
  if (driver.name === 'wire' && workers > 1) {
    throw new TuneError('UNSUPPORTED', 'wire knows records by their place: a worker could not tell its own', {
      hint: 'leave --workers out, or take --driver confluent or kafkajs',
    })
  }
  if (driver.name === 'wire' && flags.outputTopic !== undefined) {
    throw new TuneError('UNSUPPORTED', 'wire knows records by their place, which a pipeline changes', {
      hint: 'take --driver confluent or kafkajs for --output-topic',
    })
  }
}

/** @throws TuneError USAGE, UNSUPPORTED */
function correlationOf({ correlate }: E2eFlags, driver: string): Correlation {
  if (driver === 'wire') {
    if (correlate === undefined) return { kind: 'place' }
    throw new TuneError(
      'UNSUPPORTED',
      'wire sends prepared bytes and marks no record: it knows records by their place',
      { hint: 'leave --correlate out, or take --driver confluent' },
    )
  }
  const [kind, ...rest] = (correlate ?? `header:${DEFAULT_HEADER}`).split(':')
  const text = rest.join(':')
  if (kind === 'json' && text !== '') return { kind, ...parseInAndOut(text, '--correlate') }
  if (kind === 'header' && text !== '') return { kind, name: text }
  throw new TuneError('USAGE', `--correlate: '${correlate}' is neither header:NAME nor json:PATH`, {
    hint: 'for example header:trace-id, json:after.id, or json:after.id:id where the pipeline moves it',
  })
}

/** Found before a broker is touched. @throws TuneError CONFIG when a value has no such field */
function refuseWithoutField(correlate: Correlation, source: RecordSource): void {
  if (correlate.kind !== 'json') return
  const write = fieldWriter(correlate.input)
  for (let n = 0; n < source.poolSize; n++) write(source.value(n), { sender: 0, id: n })
}

/** A fetch that waits to be filled would be measured as latency, so it does not wait unless asked. */
function consumerProperties({ consumerProps }: E2eFlags): Record<string, string> {
  return { 'fetch.min.bytes': '1', ...parseKeyValues(consumerProps, '--consumer-props') }
}
