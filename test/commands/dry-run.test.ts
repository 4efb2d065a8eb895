/** What `--dry-run` tells, without any broker. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/cli.ts'
import { testIo } from '../test-io.ts'

const cwd = mkdtempSync(join(tmpdir(), 'tune-dry-run-'))

async function dryRun(...args: string[]) {
  const io = testIo({ cwd })
  const code = await run(['bench', 'producer', '--dry-run', '--report', 'json', ...args], io)
  if (code !== 0) throw new Error(io.stderr)
  return JSON.parse(io.stdout)
}

/** A flag of `tune bench producer`, what is typed behind it, and what the plan must hold for it. */
const FLAGS: Readonly<Record<string, readonly [given: readonly string[], shown: string]>> = {
  '--bootstrap-server': [['kafka.example.com:9092'], 'kafka.example.com:9092'],
  '--topic': [['mytopic'], 'mytopic'],
  '--create-topic': [['--topic', 'mine'], 'mine, made when missing'],
  '--topics': [['6'], '6 of its own'],
  '--partitions': [['7'], '7 partitions'],
  '--replication-factor': [['5'], 'replication 5'],
  '--topic-config': [['retention.ms=777'], 'retention.ms=777'],
  '--command-config': [['a.properties'], 'retries=77'],
  '--engine': [['mock'], 'mock'],
  '--brokers': [['3'], '3 ×'],
  '--yes': [[], 'given by --yes'],
  '--connect-timeout': [['17s'], '17 s'],
  '--throughput': [['4321'], '4,321/s'],
  '--ramp': [['11:222:3s'], '222/s'],
  '--steps': [['333,444:5s'], '444/s'],
  '--duration': [['23s'], '23 s'],
  '--num-records': [['98765'], '98765 records'],
  '--warmup': [['13s'], '13 s'],
  '--warmup-records': [['4567'], '4567 records'],
  '--max-in-flight': [['3210'], '3,210 in flight'],
  '--pacing': [['precise'], 'precise'],
  '--drain-timeout': [['41s'], '41 s'],
  '--transactional-id': [['payments'], 'id payments'],
  '--transaction-duration-ms': [['777'], '777 ms'],
  '--workers': [['13'], '13'],
  '--repeat': [['19'], '19'],
  '--record-size': [['333'], 'fixed:333'],
  '--payload-file': [['payload.txt'], 'file:payload.txt'],
  '--payload-delimiter': [[';'], 'mean 2 B'],
  '--payload-template': [['cdc-event'], 'template:cdc-event'],
  '--payload-monotonic': [[], 'monotonic'],
  '--compressibility': [['3x'], '3x'],
  '--keys': [['zipf:50:1.5'], 'zipf:50:1.5'],
  '--header': [['trace=abc'], 'trace=abc'],
  '--seed': [['4242'], '4242'],
  '--driver': [['kafkajs'], 'kafkajs'],
  '--profile': [['durable'], 'durable'],
  '--producer-props': [['request.timeout.ms=7777'], 'request.timeout.ms=7777'],
  '--report': [['json'], 'json'],
  '--output': [['report.html'], 'report.html'],
  '--save': [['saved.json'], 'saved.json'],
  '--hlog': [['saved.hlog'], 'saved.hlog'],
  '--tag': [['nightly'], 'nightly'],
  '--thresholds': [['mine.yaml'], 'mine'],
  '--fail-on': [['warn'], 'warn or critical'],
  '--strict': [[], '--strict'],
}
/** Not of the plan. */
const OTHER = ['--dry-run', '--debug', '--help']
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  '--max-in-flight': ['--throughput', '-1'],
  '--payload-delimiter': ['--payload-file', 'payload.txt'],
  '--yes': ['--bootstrap-server', 'kafka.example.com:9092'],
}

describe('a dry run', () => {
  it('knows every flag that --help shows', async () => {
    const io = testIo()
    await run(['bench', 'producer', '--help'], io)
    const shown = [...io.stdout.matchAll(/^ {2}(?:-\w, )?(--[\w.-]+)/gm)].map(([, flag]) => flag)
    expect(shown.toSorted()).toEqual([...Object.keys(FLAGS), ...OTHER].toSorted())
  })

  it.each(Object.entries(FLAGS))('shows what %s gave', async (flag, [given, shown]) => {
    writeFileSync(join(cwd, 'a.properties'), 'retries=77\n')
    writeFileSync(join(cwd, 'payload.txt'), 'ab;cd')
    writeFileSync(
      join(cwd, 'mine.yaml'),
      'name: mine\nthresholds:\n  - metric: recordsAcked\n    target: { above: 1 }\n    critical: { above: 1 }\n',
    )
    const driver = flag === '--driver' ? [] : ['--driver', 'kafkajs']
    const without = JSON.stringify(await dryRun(...driver, ...(BESIDE[flag] ?? [])))
    const { plan } = await dryRun(...driver, ...(BESIDE[flag] ?? []), flag, ...given)
    expect(JSON.stringify(Object.values(plan))).toContain(shown)
    if (!['--driver', '--report'].includes(flag)) expect(without).not.toContain(shown)
  })

  it.each(['a,,b', 'a b', '..', 'x'.repeat(250)])(
    'takes no topic that a broker would not: %s',
    async (name) => {
      const io = testIo({ cwd })
      expect(await run(['bench', 'producer', '--dry-run', '--topic', name], io)).toBe(2)
      expect(io.stderr).toMatch(/is no name of a topic\nhint: up to 249 of/)
    },
  )

  it('says whether load will need a yes', async () => {
    const needs = async (...args: string[]) =>
      (await dryRun('--driver', 'kafkajs', ...args)).plan['needs a yes']
    expect(await needs()).toBe('no')
    expect(await needs('--bootstrap-server', 'localhost:9092')).toBe('no')
    expect(await needs('--bootstrap-server', 'kafka.example.com:9092')).toMatch(/^yes/)
  })

  it('names the keys of a file that are not for a Kafka client', async () => {
    writeFileSync(join(cwd, 'cloud.properties'), 'acks=all\nbasic.auth.user.info=KEY:SECRET\n')
    const { plan, effectiveConfig } = await dryRun('--driver', 'wire', '--command-config', 'cloud.properties')
    expect(plan.properties).toBe('acks=all')
    expect(effectiveConfig.notes).toContain(
      "cloud.properties has settings that are no Kafka client's, ignored: basic.auth.user.info",
    )
    expect(JSON.stringify(effectiveConfig)).not.toContain('SECRET')
  })
})
