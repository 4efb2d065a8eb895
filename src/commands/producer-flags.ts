/** The flags of `tune bench producer`: those of kafka-producer-perf-test (3.x and 4.x) under their own names, and ours. */
import type { Command } from 'commander'
import {
  ANSWER_FLAGS,
  addFlags,
  type BenchFlags,
  CLUSTER_FLAGS,
  DRIVER_FLAG,
  type Flag,
  type FlagGroups,
  MADE_TOPIC_FLAGS,
  RECORD_FLAGS,
  REPEAT_FLAG,
  type RecordFlags,
  WORKERS_FLAG,
} from './bench-flags.ts'

/** What commander hands over; every value is text as it was typed. */
export interface ProducerFlags extends BenchFlags, RecordFlags {
  numRecords?: string
  duration?: string
  warmup?: string
  warmupRecords?: string
  throughput?: string
  ramp?: string
  steps?: string
  maxInFlight?: string
  pacing?: string
  producerProps?: string[]
  'producer.config'?: string
  drainTimeout?: string
  createTopic?: boolean
  printMetrics?: boolean
  transactionalId?: string
  transactionDurationMs?: string
}

const GROUPS: FlagGroups = {
  'Where to:': [
    ['--bootstrap-server <hosts>', 'host:port,… (default: a throw-away broker on this machine)'],
    ['--topic <name>', 'an existing topic, or several: a,b (default: one of its own, removed afterwards)'],
    ['--create-topic', 'make the topic when it is missing'],
    ...MADE_TOPIC_FLAGS,
    ...CLUSTER_FLAGS,
  ],
  'Load:': [
    ['--throughput <rate>', 'records/s: 5000, 20k, or -1 for as fast as it goes (5000)'],
    ['--ramp <from:to:time>', 'a rate that grows, e.g. 1k:50k:2m'],
    ['--steps <rates:time>', 'rates held one after the other, e.g. 10k,20k,40k:30s'],
    ['--duration <time>', 'measured time (10s)'],
    ['--num-records <n>', 'measured records, instead of a duration; no warm-up unless asked'],
    ['--warmup <time>', 'not measured, and drained (3s); auto = until the values are steady; 0 = none'],
    ['--warmup-records <n>', 'the same, by records'],
    ['--max-in-flight <n>', 'records in flight at most, with --throughput -1'],
    ['--pacing <how>', 'timer, or precise: late by microseconds, keeps a core busy', ['timer', 'precise']],
    ['--drain-timeout <time>', 'how long the last answers are waited for (30s)'],
    ['--transactional-id <id>', 'send in transactions, each committed and timed (default id: a new one)'],
    ['--transaction-duration-ms <ms>', 'how long each lasts (3000)'],
    WORKERS_FLAG,
    REPEAT_FLAG,
  ],
  'Records:': RECORD_FLAGS,
  'Client:': [
    DRIVER_FLAG,
    ['--profile <name|file>', 'settings from a profile: high-throughput, low-latency, durable, balanced'],
    ['--producer-props <key=value...>', 'Kafka producer properties under their Java names'],
  ],
  'Answer:': ANSWER_FLAGS,
}

const ALIASES: readonly Flag[] = [
  ['--producer.config <file>', 'as --command-config'],
  ['--command-property <key=value...>', 'as --producer-props'],
  ['--key-distribution <how>', 'as --keys', ['none', 'range', 'random']],
  ['--record-key-range <n>', 'keys of --key-distribution'],
  ['--reporting-interval <ms>', 'between interval lines of --report apache'],
  ['--print-metrics', 'with --report apache: figures behind the last line; other reports have them always'],
]

/** @param more groups of a bench that sends and does more */
export function addProducerFlags(command: Command, more: FlagGroups = {}): Command {
  return addFlags(command, { ...GROUPS, ...more }, ALIASES)
}
