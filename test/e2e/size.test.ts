/** The built `tune size` needs nothing but itself. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { CALCULATORS, type CalculatorName } from '../../src/sizing/index.ts'
import { sizingOf } from '../sizing/cases.ts'
import { hasBroker, sharedBroker } from './broker.ts'
import { consumerResultOf, resultOf, tune } from './built.ts'

/** Packages that a sizing may load: the command line, the report, the nearest name. */
const PACKAGES = new Set([
  'commander',
  'fastest-levenshtein',
  'chalk',
  'cli-table3',
  // Of cli-table3:
  'string-width',
  'strip-ansi',
  'ansi-regex',
  'is-fullwidth-code-point',
  'emoji-regex',
])

/** Every script of a process that V8 ran, as paths inside the project. */
async function loaded(line: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tune-loaded-'))
  const { code, stderr } = await tune(line.split(' ').slice(1), { env: { NODE_V8_COVERAGE: folder } })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [file = ''] = readdirSync(folder)
  const { result }: { result: { url: string }[] } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  return result.flatMap(({ url }) => (url.startsWith('file:') ? [new URL(url).pathname] : []))
}

describe.each(Object.values(CALCULATORS))('tune size $name', ({ example }) => {
  it('loads no client, no validator and not every calculator', async () => {
    const scripts = await loaded(example)
    const packages = scripts.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [])
    expect(packages).toContain('commander')
    expect(packages.filter((name) => !PACKAGES.has(name))).toEqual([])
    const rooms = new Set(scripts.flatMap((path) => /\/dist\/([a-z]+)\//.exec(path)?.[1] ?? []))
    expect([...rooms].toSorted()).toEqual(['commands', 'report', 'sizing'])
    expect(scripts.filter((path) => path.endsWith('/sizing/index.js'))).toEqual([])
  })
})

describe.skipIf(!hasBroker)('sizes from what was measured', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'tune-from-'))
  const sized = async (...args: string[]) => {
    const { code, stdout, stderr } = await tune([...args, '--json'], { cwd })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return JSON.parse(stdout)
  }
  let produced: number
  let consumed: number

  beforeAll(async () => {
    const bench = (...args: string[]) =>
      tune(['bench', ...args, '--bootstrap-server', sharedBroker().bootstrapServers, '--report', 'json'], {
        cwd,
      })
    const writing = await bench(
      ...['producer', '--driver', 'wire', '--partitions', '1', '--create-topic', '--throughput', '-1'],
      ...['--num-records', '20000', '--record-size', '200', '--save', 'p.json'],
    )
    produced = resultOf(writing).metrics.recordsPerSec ?? Number.NaN
    const reading = await bench(
      ...['consumer', '--num-records', '4000', '--record-size', '200', '--process-ms', '0.5'],
      ...['--save', 'c.json'],
    )
    consumed = consumerResultOf(reading).metrics.recordsPerSec ?? Number.NaN
  })

  it('takes the rates of real runs, and moves with them', async () => {
    const args = ['size', 'partitions', '--rate', '100k/s', '--utilization', '100%', '--brokers', '1']
    const sizing = await sized(
      ...args,
      '--replication',
      '1',
      '--min-insync',
      '1',
      '--from',
      'p.json',
      'c.json',
    )
    const { produceRate, consumeRate } = sizing.inputs
    expect(produceRate).toMatchObject({ from: 'measured', source: expect.stringMatching(/^p\.json: /) })
    expect(produceRate.value / produced).toBeCloseTo(1, 3)
    expect(consumeRate).toMatchObject({ from: 'measured', source: expect.stringMatching(/^c\.json: /) })
    expect(consumeRate.value / consumed).toBeCloseTo(1, 3)
    expect(sizing.answer.value).toBe(Math.ceil(100_000 / Math.min(consumeRate.value, produceRate.value)))
  })

  it.each(['consumers', 'network'])('feeds %s', async (name) => {
    const rate = name === 'network' ? [] : ['--rate', '20k/s']
    const { inputs } = await sized('size', name, ...rate, '--from', name === 'network' ? 'p.json' : 'c.json')
    const found = name === 'network' ? inputs.rate : inputs.consumeRate
    expect(found.from).toBe('measured')
    expect(found.value / (name === 'network' ? produced : consumed)).toBeCloseTo(1, 3)
  })

  it('feeds a plan', async () => {
    await tune(['plan', 'init'], { cwd })
    const { answers } = await sized('plan', 'pipeline.yaml', '--from', 'p.json')
    expect(answers[0].sizing.inputs.produceRate.value / produced).toBeCloseTo(1, 3)
    const again = await sized(...answers[0].command.split(' ').slice(1))
    expect(again.answer).toEqual(answers[0].sizing.answer)
  })
})

describe('JVM options to paste', () => {
  const optionsOf = (name: CalculatorName, texts: Readonly<Record<string, string>>) =>
    sizingOf(name, texts)
      .commands.flatMap(({ lines }) => lines)
      .join(' ')
      .match(/-(?:XX:|Xm|D|server)[^" ]*/g) ?? []

  const start = (options: readonly string[]) =>
    execFileSync('java', [...options, '-version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

  it.each([
    { for: 'connect', base: '64MiB' },
    { for: 'connect', base: '64MiB', gc: 'zgc' },
    { for: 'broker', rate: '1/s', heap: '128MiB' },
    { for: 'producer', rate: '1/s', application: '16MiB' },
  ])('start a JVM: %j', (texts) => {
    const options = optionsOf('memory', { jdk: '17', ...texts })
    expect(options.length).toBeGreaterThan(4)
    expect(() => start(options)).not.toThrow()
  })

  it('of the guide do not: UseCGroupMemoryLimitForHeap is gone', () => {
    expect(() => start(['-XX:+UnlockExperimentalVMOptions', '-XX:+UseCGroupMemoryLimitForHeap'])).toThrow(
      /Unrecognized VM option/,
    )
  })
})
