/** The flags of `tune bench consumer`: those of kafka-consumer-perf-test (3.x and 4.x) under their own names, and ours. */
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

export interface ConsumerFlags extends BenchFlags, RecordFlags {
  numRecords?: string
  messages?: string
  duration?: string
  timeout?: string
  group?: string | boolean
  consumers?: string
  from?: string
  fromLatest?: boolean
  processMs?: string
  processPer?: string
  batchSize?: string
  batchTimeout?: string
  commit?: string
  catchUp?: string
  catchUpLag?: string
  catchUpAlone?: string
  consumerProps?: string[]
  producerProps?: string[]
  'consumer.config'?: string
  brokerList?: string
  fetchSize?: string
  socketBufferSize?: string
  include?: string
  printMetrics?: boolean
  showDetailedStats?: boolean
  hideHeader?: boolean
  dateFormat?: string
  threads?: string
  numFetchThreads?: string
}

const GROUPS: FlagGroups = {
  'Where from:': [
    ['--bootstrap-server <hosts>', 'host:port,… (default: a throw-away broker on this machine)'],
    ['--topic <name>', 'an existing topic, or several: a,b (default: one of its own, filled before)'],
    ['--include <regex>', 'all topics whose name it matches'],
    ...MADE_TOPIC_FLAGS,
    ...CLUSTER_FLAGS,
  ],
  'Reading:': [
    [
      '--num-records <n>',
      'stop after so many; of a topic of its own, how many are written (2M, at most 2 GiB)',
    ],
    ['--duration <time>', 'stop after so much measured time (default: at the end of the topic, at most 60s)'],
    ['--timeout <time>', 'stop after so long without a record; never counted as reading (10s)'],
    ['--consumers <n>', 'consumers that share the partitions (1)'],
    ['--group <id>', 'the group that they join (default: a new one; wire has none)'],
    ['--no-group', 'assign the partitions, without a group'],
    ['--from <where>', 'earliest, latest, offset:N, timestamp:2026-01-31T10:00Z (earliest)'],
    ['--catch-up <rate>', 'read the backlog while so many records/s go on being written, until it is gone'],
    ['--catch-up-lag <n>', 'fewer left than this is gone (1000)'],
    ['--catch-up-alone <time>', 'how long that load runs before anybody reads (5s)'],
    WORKERS_FLAG,
    REPEAT_FLAG,
  ],
  'Application:': [
    ['--process-ms <time>', 'work on a record or batch: 5, uniform:1:5, normal:5:1, lognormal:5:0.5, exp:5'],
    ['--process-per <what>', 'record or batch (record)', ['record', 'batch']],
    ['--batch-size <n>', 'gather so many records before the work (default: what a poll brings)'],
    ['--batch-timeout <time>', 'work on fewer after so long'],
    [
      '--commit <how>',
      'auto: by the client; batch: after each batch, measured; none (auto)',
      ['auto', 'batch', 'none'],
    ],
  ],
  'Records of a topic of its own:': RECORD_FLAGS,
  'Client:': [
    DRIVER_FLAG,
    ['--profile <name|file>', 'settings from a profile: high-throughput, low-latency'],
    ['--consumer-props <key=value...>', 'Kafka consumer properties under their Java names'],
    ['--producer-props <key=value...>', 'of what writes a topic of its own, e.g. compression.type=lz4'],
  ],
  'Answer:': ANSWER_FLAGS,
}

/** Of kafka-consumer-perf-test. */
const ALIASES: readonly Flag[] = [
  ['--messages <n>', 'as --num-records'],
  ['--broker-list <hosts>', 'as --bootstrap-server'],
  ['--consumer.config <file>', 'as --command-config'],
  ['--command-property <key=value...>', 'as --consumer-props'],
  ['--from-latest', 'as --from latest'],
  ['--fetch-size <bytes>', 'as max.partition.fetch.bytes'],
  ['--socket-buffer-size <bytes>', 'as receive.buffer.bytes'],
  ['--print-metrics', 'accepted; the effective configuration and client figures are always in the result'],
  ['--show-detailed-stats', 'with --report apache: a row a second'],
  ['--reporting-interval <ms>', 'accepted: rows come each second'],
  ['--hide-header', 'with --report apache'],
  ['--date-format <pattern>', 'accepted where it is the default'],
  ['--threads <n>', 'accepted and without effect, as there'],
  ['--num-fetch-threads <n>', 'accepted and without effect, as there'],
]

export function addConsumerFlags(command: Command): Command {
  return addFlags(command, GROUPS, ALIASES)
}
