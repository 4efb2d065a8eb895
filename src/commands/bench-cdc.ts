import { Command } from 'commander'
import { ANSWER_FLAGS, addFlags, DRIVER_FLAG, type FlagGroups, REPEAT_FLAG } from './bench-flags.ts'
import type { CdcFlags } from './cdc-request.ts'
import type { Io } from './io.ts'

const GROUPS: FlagGroups = {
  'Database:': [
    [
      '--database-url <url>',
      `postgres://user@host:port/name; the password from PGPASSWORD or \${env:NAME} (default: DATABASE_URL)`,
    ],
    ['--connections <n>', 'transactions at once, at most (8)'],
    ['--mix <kind=share...>', 'insert=70,update=20,delete=10'],
    ['--rows-per-transaction <n>', 'changes that are committed together (1)'],
    ['--row-size <bytes>', 'of the text column: 1024, 1KiB, uniform:100:2000 … (1024)'],
    ['--seed <n>', 'same seed, same rows (1)'],
  ],
  'A connector of its own, removed afterwards:': [
    [
      '--connect-url <url>',
      'of a Connect worker: makes a Debezium connector, table, slot, publication and topic',
    ],
    ['--connector-props <key=value...>', 'settings of that connector, e.g. poll.interval.ms=100'],
    ['--snapshot-rows <n>', 'in the table before the connector is made: times its initial snapshot'],
    ['--partitions <n>', 'of the topic (12)'],
    ['--replication-factor <n>', 'of the topic (1)'],
    ['--topic-config <key=value...>', 'of the topic'],
  ],
  'A connector that is there:': [
    ['--table <schema.table>', 'that it captures, with the columns id, change, changed_at and body'],
    ['--topic <name>', 'into which its events come (with --connector: as that says)'],
    ['--connector <name>', 'at --connect-url: watched while the run goes on'],
    ['--slot <name>', 'it reads by (default: the connector’s, or the only one of the database)'],
  ],
  'Events:': [
    ['--bootstrap-server <hosts>', 'host:port,… of the cluster into which they come'],
    ['--output-topic <name>', 'where they come out of a pipeline behind (default: the topic itself)'],
    ['--consumers <n>', 'that share the partitions (1)'],
    ['--consumer-props <key=value...>', 'Kafka consumer properties under their Java names'],
    ['--command-config <file>', 'client.properties as the Java tools take it: security and properties'],
    DRIVER_FLAG,
    ['--yes', 'load a database or cluster that is not on this machine without asking'],
    ['--connect-timeout <time>', 'first contact (5s)'],
  ],
  'Load:': [
    ['--throughput <rate>', 'rows/s: 500, 2k (500)'],
    ['--ramp <from:to:time>', 'a rate that grows, e.g. 100:5k:2m'],
    ['--steps <rates:time>', 'rates held one after the other, e.g. 1k,2k,4k:30s'],
    ['--duration <time>', 'measured time (10s)'],
    ['--num-records <n>', 'measured rows, instead of a duration; no warm-up unless asked'],
    ['--warmup <time>', 'not measured, and drained (3s); auto = until the values are steady; 0 = none'],
    ['--warmup-records <n>', 'the same, by rows'],
    ['--pacing <how>', 'timer, or precise: late by microseconds, keeps a core busy', ['timer', 'precise']],
    ['--drain-timeout <time>', 'how long the last events are waited for (30s)'],
    REPEAT_FLAG,
  ],
  'Answer:': ANSWER_FLAGS,
}

/** `tune bench cdc`: rows into a database at a rate, measured until their change events are received. */
export function command(io: Io): Command {
  const bench = new Command('cdc').description(
    'from a row’s due time and commit in PostgreSQL to its change event in Kafka',
  )
  return addFlags(bench, GROUPS, []).action(async (flags: CdcFlags) => {
    const { runCdc } = await import('./cdc-run.ts')
    io.exitCode = await runCdc(flags, io)
  })
}
