/** Flags that every `tune bench …` has, in the groups that `--help` shows. */
import { type Command, Option } from 'commander'
import { REPORT_NAMES } from '../report/names.ts'
import { OUTPUT_FLAG } from './report-place.ts'

/** Every value is text as it was typed. */
export interface BenchFlags {
  bootstrapServer?: string
  topic?: string
  topics?: string
  partitions?: string
  replicationFactor?: string
  topicConfig?: string[]
  commandConfig?: string
  engine?: string
  brokers?: string
  yes?: boolean
  connectTimeout?: string
  driver?: string
  workers?: string
  repeat?: string
  profile?: string
  commandProperty?: string[]
  thresholds?: string
  rules?: string
  failOn?: string
  strict?: boolean
  report?: string
  output?: string
  save?: string
  hlog?: string
  tag?: string
  reportingInterval?: string
  dryRun?: boolean
  debug?: boolean
}

/** What the records of a run are like. */
export interface RecordFlags {
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
}

export type Flag = readonly [flags: string, about: string, choices?: readonly string[]]
export type FlagGroups = Readonly<Record<string, readonly Flag[]>>

export const MADE_TOPIC_FLAGS: readonly Flag[] = [
  ['--topics <n>', 'how many of its own, to which records go in turn (1)'],
  ['--partitions <n>', 'of a topic that is made (12)'],
  ['--replication-factor <n>', 'of a topic that is made (1; 3 with --brokers 3)'],
  ['--topic-config <key=value...>', 'of a topic that is made'],
]

export const CLUSTER_FLAGS: readonly Flag[] = [
  ['--command-config <file>', 'client.properties as the Java tools take it: security and properties'],
  ['--engine <engine>', 'throw-away broker: kafka, or mock (no Java)', ['kafka', 'mock']],
  ['--brokers <n>', 'throw-away brokers: 1 or 3', ['1', '3']],
  ['--yes', 'load a cluster that is not on this machine without asking'],
  ['--connect-timeout <time>', 'first contact (5s)'],
]

export const RECORD_FLAGS: readonly Flag[] = [
  ['--record-size <bytes>', '1024, 1KiB, uniform:100:2000, normal:1024:200, lognormal:1024:0.5 … (1024)'],
  ['--payload-file <file>', 'values from a file'],
  ['--payload-delimiter <text>', 'between its values (\\n)'],
  ['--payload-template <name|file>', 'JSON with generated fields; cdc-event ships with tune'],
  ['--payload-monotonic', 'values count up from 0'],
  ['--compressibility <ratio>', 'how well values compress, e.g. 3x (default: random letters)'],
  ['--keys <how>', 'none, uniform:N, zipf:N:S (none)'],
  ['--header <name=value...>', 'on every record'],
  ['--seed <n>', 'same seed, same records (1)'],
]

export const WORKERS_FLAG: Flag = [
  '--workers <n>',
  'processes that share it and begin together; for more than one thread can do (1)',
]

export const REPEAT_FLAG: Flag = [
  '--repeat <n>',
  'fresh runs, one after the other; their spread is shown (1)',
]

export const DRIVER_FLAG: Flag = [
  '--driver <name>',
  'confluent (librdkafka), kafkajs, or wire: the broker’s limit',
  ['confluent', 'kafkajs', 'wire'],
]

export const ANSWER_FLAGS: readonly Flag[] = [
  ['--report <format>', `${[...REPORT_NAMES, 'apache'].join(', ')} (table)`, [...REPORT_NAMES, 'apache']],
  OUTPUT_FLAG,
  ['--save <file>', 'keep the result there as well as under .tune/results'],
  ['--hlog <file>', 'write an HdrHistogram interval log'],
  ['--tag <text>', 'a word that goes into the result and its file name'],
  ['--thresholds <file|name>', 'judge by these instead of the guide’s; implies --fail-on critical'],
  ['--fail-on <level>', 'exit 1 when a verdict is that bad: critical, warn', ['critical', 'warn']],
  ['--strict', 'exit 1 instead of 3 when the answer is not to be trusted'],
  ['--dry-run', 'print the plan and the effective client configuration, send nothing'],
  ['--debug', 'show the client’s own log'],
]

/** @param aliases names of other tools that have a name of ours; taken, and left out of `--help` */
export function addFlags(command: Command, groups: FlagGroups, aliases: readonly Flag[]): Command {
  for (const [heading, flags] of Object.entries(groups)) {
    for (const flag of flags) command.addOption(option(flag).helpGroup(heading))
  }
  for (const flag of aliases) command.addOption(option(flag).hideHelp())
  return command
}

function option([flags, about, choices]: Flag): Option {
  const made = new Option(flags, about)
  return choices === undefined ? made : made.choices(choices)
}
