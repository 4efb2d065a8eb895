/** The flags of `tune bench http`. */
import type { Command } from 'commander'
import { HTTP_FLAGS, type HttpFlags as SetupFlags } from '../http/config/flags.ts'
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
export interface HttpFlags extends BenchFlags, OwnStubFlags, SetupFlags {
  config?: string[]
  entities?: string
  /** Poll a stub, whatever the configuration names. */
  stub?: boolean
  sink?: string
  polls?: string
  duration?: string
  warmup?: string
  pacing?: string
  drainTimeout?: string
  producerProps?: string[]
  createTopic?: boolean
}

const TOPICS = MADE_TOPIC_FLAGS.filter(([flags]) => !flags.startsWith('--topics'))

// The one above is for the cluster too
const CLUSTER = CLUSTER_FLAGS.filter(([flags]) => !flags.startsWith('--connect-timeout'))

const SETUP_GROUPS: FlagGroups = Object.fromEntries(
  Object.entries(HTTP_FLAGS).map(([heading, flags]) => [
    `${heading}:`,
    flags.map(
      ({ flag, about, choices }): Flag => (choices === undefined ? [flag, about] : [flag, about, choices]),
    ),
  ]),
)

const GROUPS: FlagGroups = {
  'Configuration:': [
    ['--config <file...>', 'of connectors, .properties or JSON; several run side by side. Flags win over it'],
    ['--profile <name|file>', 'high-throughput, low-latency, high-performance, memory-conscious'],
    ['--entities <names>', 'a,b: what a pattern or an entity of the configuration’s URL stands for'],
  ],
  ...SETUP_GROUPS,
  'The stub API (where no URL is named):': [
    ['--stub', 'poll a stub API at the paths of the configuration, and not its own'],
    ...OWN_STUB_FLAGS,
  ],
  'Where to:': [
    ['--sink <kind>', 'kafka, or none: records are counted and let go', ['kafka', 'none']],
    ['--bootstrap-server <hosts>', 'host:port,… (default: a throw-away broker on this machine)'],
    [
      '--topic <name>',
      'an existing topic (default: the configuration’s, or one of its own, removed afterwards)',
    ],
    ['--create-topic', 'make the topic when it is missing'],
    ...TOPICS,
    ...CLUSTER,
  ],
  'Load:': [
    ['--polls <rate>', 'instead of an interval: polls/s of all tasks, or -1 for as fast as answers come'],
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
