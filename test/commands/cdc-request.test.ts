/** What `tune bench cdc` makes of its flags, without a database, a worker or a cluster. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/cli.ts'
import { testIo } from '../test-io.ts'

const cwd = mkdtempSync(join(tmpdir(), 'tune-cdc-'))
const SECRET = 'pw-of-the-test'
const env = { ...process.env, PGPASSWORD: SECRET, DATABASE_URL: '' }
const PLACE = ['--bootstrap-server', 'kafka.example.com:9092', '--driver', 'kafkajs']
const URL = ['--database-url', 'postgres://tune@db.example/shop']
const OWN = [...URL, '--connect-url', 'http://connect.example:8083', ...PLACE]
const THERE = [...URL, '--table', 'public.measured', ...PLACE]

async function cdc(...args: string[]) {
  const io = testIo({ cwd, env })
  const code = await run(['bench', 'cdc', '--dry-run', ...args], io)
  expect(`${io.stdout}${io.stderr}`).not.toContain(SECRET)
  return { code, text: io.stdout, error: io.stderr }
}

/** Flags, what is typed behind them, and what the plan must say for it. */
const SHOWN: Readonly<
  Record<string, readonly [place: readonly string[], args: readonly string[], shown: string]>
> = {
  'a mix in one word': [
    OWN,
    ['--mix', 'insert=1,update=1,delete=2'],
    '25 % insert, 25 % update, 50 % delete',
  ],
  'a mix in several': [OWN, ['--mix', 'insert=3', 'update=1'], '75 % insert, 25 % update'],
  'rows a transaction': [OWN, ['--rows-per-transaction', '50'], '500/s, 50 at once'],
  connections: [OWN, ['--connections', '3'], 'at most 3 at once'],
  'the size of rows': [OWN, ['--row-size', '333'], 'fixed:333'],
  'a snapshot': [OWN, ['--snapshot-rows', '12345'], 'of 12345 rows, timed'],
  'settings of the connector': [OWN, ['--connector-props', 'poll.interval.ms=77'], 'poll.interval.ms=77'],
  'a rate': [OWN, ['--throughput', '1234'], '1,234/s'],
  'a topic of its own': [OWN, ['--partitions', '5'], 'one of its own, 5 partitions'],
  'a topic that is there': [THERE, ['--topic', 'shop.public.measured'], 'shop.public.measured'],
  'a slot': [THERE, ['--topic', 't', '--slot', 'my_slot'], 'my_slot'],
  'a connector that is there': [
    THERE,
    ['--connect-url', 'http://me:pw@connect.example:8083', '--connector', 'shop-source'],
    'shop-source at http://[hidden]@connect.example:8083, watched',
  ],
  'the end of a pipeline': [OWN, ['--output-topic', 'filtered'], 'filtered'],
}

describe('the plan of tune bench cdc', () => {
  it.each(Object.entries(SHOWN))('shows %s', async (_, [place, args, shown]) => {
    const { code, text, error } = await cdc(...place, ...args)
    expect(error).not.toMatch(/^error/m)
    expect(code).toBe(0)
    expect(text).toContain(shown)
  })
})

/** What is typed, and what the error must name. */
const REFUSED: Readonly<Record<string, readonly [args: readonly string[], named: RegExp]>> = {
  'no database': [PLACE, /no database is named/],
  'nobody who captures': [[...URL, ...PLACE], /nothing is named that would capture changes/],
  'no cluster': [[...URL, '--connect-url', 'http://c:8083', '--driver', 'kafkajs'], /no cluster is named/],
  'a typed password': [['--database-url', 'postgres://a:b@h/d', ...PLACE], /password on the command line/],
  'a typed password of the connector': [
    [...OWN, '--connector-props', 'database.password=typed'],
    /database\.password has a secret on the command line/,
  ],
  'a name that is removed afterwards': [
    [...OWN, '--connector-props', 'slot.name=x'],
    /slot\.name is tune’s to say/,
  ],
  'an unknown change': [[...OWN, '--mix', 'insrt=1'], /there is no change insrt/],
  'a mix of nothing': [[...OWN, '--mix', 'insert=0'], /nothing would change/],
  'a topic without a table': [[...OWN, '--topic', 't'], /--topic is for a connector that is there/],
  'a table without a topic': [THERE, /into which topic/],
  'a snapshot of another’s connector': [
    [...THERE, '--topic', 't', '--snapshot-rows', '5'],
    /--snapshot-rows/,
  ],
  'a connector without its worker': [[...THERE, '--connector', 'c'], /go together/],
  'no rate': [[...OWN, '--throughput', '-1'], /length of a queue/],
  'a worker that is no URL': [[...URL, ...PLACE, '--connect-url', 'connect:8083'], /no http or https URL/],
}

describe('tune bench cdc', () => {
  it.each(Object.entries(REFUSED))('refuses %s, naming what is wrong', async (_, [args, named]) => {
    const { code, error } = await cdc(...args)
    expect(code).toBe(2)
    expect(error).toMatch(named)
    expect(error).toMatch(/^hint: /m)
  })
})
