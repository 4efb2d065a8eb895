/** The flags of `tune bench producer`: those of kafka-producer-perf-test (3.x and 4.x) under their own names, and ours. */
import { type Command, Option } from 'commander'

/** What commander hands over; every value is text as it was typed. */
export interface ProducerFlags {
  bootstrapServer?: string
  topic?: string
  numRecords?: string
  duration?: string
  warmup?: string
  warmupRecords?: string
  throughput?: string
  ramp?: string
  steps?: string
  maxInFlight?: string
  pacing?: string
  recordSize?: string
  payloadFile?: string
  payloadDelimiter?: string
  payloadMonotonic?: boolean
  payloadTemplate?: string
  compressibility?: string
  keys?: string
  keyDistribution?: string
  recordKeyRange?: string
  header?: string[]
  seed?: string
  driver?: string
  profile?: string
  producerProps?: string[]
  commandProperty?: string[]
  'producer.config'?: string
  commandConfig?: string
  connectTimeout?: string
  drainTimeout?: string
  createTopic?: boolean
  partitions?: string
  replicationFactor?: string
  topicConfig?: string[]
  engine?: string
  brokers?: string
  yes?: boolean
  thresholds?: string
  failOn?: string
  strict?: boolean
  report?: string
  save?: string
  hlog?: string
  tag?: string
  reportingInterval?: string
  printMetrics?: boolean
  dryRun?: boolean
  debug?: boolean
  transactionalId?: string
  transactionDurationMs?: string
}

type Flag = readonly [flags: string, about: string, choices?: readonly string[]]

/** Headed groups, as `--help` shows them. */
const GROUPS: Readonly<Record<string, readonly Flag[]>> = {
  'Where to:': [
    ['--bootstrap-server <hosts>', 'host:port,… (default: a throw-away broker on this machine)'],
    ['--topic <name>', 'an existing topic (default: one of its own, removed afterwards)'],
    ['--create-topic', 'make the topic when it is missing'],
    ['--partitions <n>', 'of a topic that is made (12)'],
    ['--replication-factor <n>', 'of a topic that is made (1; 3 with --brokers 3)'],
    ['--topic-config <key=value...>', 'of a topic that is made'],
    ['--command-config <file>', 'client.properties as the Java tools take it: security and properties'],
    ['--engine <engine>', 'throw-away broker: kafka, or mock (no Java)', ['kafka', 'mock']],
    ['--brokers <n>', 'throw-away brokers: 1 or 3', ['1', '3']],
    ['--yes', 'load a cluster that is not on this machine without asking'],
    ['--connect-timeout <time>', 'first contact (5s)'],
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
  ],
  'Records:': [
    ['--record-size <bytes>', '1024, 1KiB, uniform:100:2000, normal:1024:200, lognormal:1024:0.5 … (1024)'],
    ['--payload-file <file>', 'values from a file'],
    ['--payload-delimiter <text>', 'between its values (\\n)'],
    ['--payload-template <name|file>', 'JSON with generated fields; cdc-event ships with tune'],
    ['--payload-monotonic', 'values count up from 0'],
    ['--compressibility <ratio>', 'how well values compress, e.g. 3x (default: random letters)'],
    ['--keys <how>', 'none, uniform:N, zipf:N:S (none)'],
    ['--header <name=value...>', 'on every record'],
    ['--seed <n>', 'same seed, same records (1)'],
  ],
  'Client:': [
    [
      '--driver <name>',
      'confluent (librdkafka), kafkajs, or wire: the broker’s limit',
      ['confluent', 'kafkajs', 'wire'],
    ],
    ['--profile <name|file>', 'settings from a profile: high-throughput, low-latency, durable, balanced'],
    ['--producer-props <key=value...>', 'Kafka producer properties under their Java names'],
  ],
  'Answer:': [
    ['--report <format>', 'table, json, markdown, apache (table)', ['table', 'json', 'markdown', 'apache']],
    ['--save <file>', 'keep the result there as well as under .tune/results'],
    ['--hlog <file>', 'write an HdrHistogram interval log'],
    ['--tag <text>', 'a word that goes into the result and its file name'],
    ['--thresholds <file|name>', 'judge by these instead of the guide’s; implies --fail-on critical'],
    ['--fail-on <level>', 'exit 1 when a verdict is that bad: critical, warn', ['critical', 'warn']],
    ['--strict', 'exit 1 instead of 3 when the answer is not to be trusted'],
    ['--dry-run', 'print the plan and the effective client configuration, send nothing'],
    ['--debug', 'show the client’s own log'],
  ],
}

/** Names of kafka-producer-perf-test that have a name of ours; taken, and left out of `--help`. */
const ALIASES: readonly Flag[] = [
  ['--producer.config <file>', 'as --command-config'],
  ['--command-property <key=value...>', 'as --producer-props'],
  ['--key-distribution <how>', 'as --keys', ['none', 'range', 'random']],
  ['--record-key-range <n>', 'keys of --key-distribution'],
  ['--reporting-interval <ms>', 'between interval lines of --report apache'],
  ['--print-metrics', 'accepted; the effective configuration and client figures are always in the result'],
  ['--transactional-id <id>', 'not yet'],
  ['--transaction-duration-ms <ms>', 'not yet'],
]

export function addProducerFlags(command: Command): Command {
  for (const [heading, flags] of Object.entries(GROUPS)) {
    for (const flag of flags) command.addOption(option(flag).helpGroup(heading))
  }
  for (const flag of ALIASES) command.addOption(option(flag).hideHelp())
  return command
}

function option([flags, about, choices]: Flag): Option {
  const made = new Option(flags, about)
  return choices === undefined ? made : made.choices(choices)
}
