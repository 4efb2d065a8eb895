/** The flags of `tune bench http`. */
import type { Command } from 'commander'
import { PAGINATIONS } from '../http/pager.ts'
import {
  ANSWER_FLAGS,
  addFlags,
  type BenchFlags,
  CLUSTER_FLAGS,
  DRIVER_FLAG,
  type Flag,
  type FlagGroups,
  MADE_TOPIC_FLAGS,
  REPEAT_FLAG,
} from './bench-flags.ts'
import { OWN_STUB_FLAGS, type OwnStubFlags } from './own-stub.ts'

/** What commander hands over; every value is text as it was typed. */
export interface HttpFlags extends BenchFlags, OwnStubFlags {
  url?: string
  tasks?: string
  pagination?: string
  pageSize?: string
  maxPages?: string
  connections?: string
  /** `--no-parse`. */
  parse?: boolean
  ca?: string
  sink?: string
  pollInterval?: string
  polls?: string
  duration?: string
  warmup?: string
  pacing?: string
  drainTimeout?: string
  producerProps?: string[]
  createTopic?: boolean
}

const TOPICS = MADE_TOPIC_FLAGS.filter(([flags]) => !flags.startsWith('--topics'))

const GROUPS: FlagGroups = {
  'What is polled:': [
    ['--url <url>', 'an API (default: a stub API of its own, on this machine)'],
    ['--tasks <n>', 'that poll side by side (1)'],
    ['--pagination <kind>', 'cursor, offset, page, link or none (cursor)', PAGINATIONS],
    ['--page-size <n>', 'records that are asked for in a page (100)'],
    ['--max-pages <n>', 'of a poll (1000)'],
    ['--connections <n>', 'of the pool (20)'],
    ['--ca <file>', 'PEM of an authority to trust beside the system’s'],
    ['--no-parse', 'count bodies as records, and let their JSON be'],
  ],
  'The stub API:': OWN_STUB_FLAGS,
  'Where to:': [
    ['--sink <kind>', 'kafka, or none: records are counted and let go', ['kafka', 'none']],
    ['--bootstrap-server <hosts>', 'host:port,… (default: a throw-away broker on this machine)'],
    ['--topic <name>', 'an existing topic (default: one of its own, removed afterwards)'],
    ['--create-topic', 'make the topic when it is missing'],
    ...TOPICS,
    ...CLUSTER_FLAGS,
  ],
  'Load:': [
    ['--poll-interval <time>', 'from one poll of a task to its next (1s)'],
    ['--polls <rate>', 'instead: polls/s of all tasks, or -1 for as fast as answers come'],
    ['--duration <time>', 'measured time (10s)'],
    ['--warmup <time>', 'not measured, and drained (3s); auto = until the values are steady; 0 = none'],
    ['--pacing <how>', 'timer, or precise: late by microseconds, keeps a core busy', ['timer', 'precise']],
    ['--drain-timeout <time>', 'how long the last answers are waited for (30s)'],
    REPEAT_FLAG,
  ],
  'Client:': [
    DRIVER_FLAG,
    ['--producer-props <key=value...>', 'Kafka producer properties under their Java names'],
  ],
  'Answer:': ANSWER_FLAGS,
}

const ALIASES: readonly Flag[] = [
  ['--command-property <key=value...>', 'as --producer-props'],
  ['--reporting-interval <ms>', 'between interval lines of --report apache'],
]

export function addHttpFlags(command: Command): Command {
  return addFlags(command, GROUPS, ALIASES)
}
