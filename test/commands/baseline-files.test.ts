/** `tune baseline diff` of two files, ours or other tools'. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { storedDiff } from '../../src/baseline/compared.ts'
import { DEFAULT_RULES } from '../../src/baseline/gate.ts'
import { worsening } from '../../src/baseline/worsening.ts'
import { run } from '../../src/cli.ts'
import { type Diff, diffSchema } from '../../src/core/diff.ts'
import type { ProducerResult } from '../../src/core/result.ts'
import { hlog } from '../../src/report/hlog.ts'
import { readToTheEnd } from '../fixtures/consumer-result.ts'
import { generatorLimitedResult, pacedResult } from '../fixtures/result.ts'
import { testIo } from '../test-io.ts'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tune-files-'))
  await cp(resolve(import.meta.dirname, '../fixtures/foreign'), cwd, { recursive: true })
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

async function tune(...argv: string[]) {
  const io = testIo({ cwd })
  const exit = await run(argv, io)
  return { exit, out: io.stdout, err: io.stderr }
}

async function diffOf(...words: string[]): Promise<Diff> {
  const { out, err } = await tune('baseline', 'diff', ...words, '--report', 'json')
  expect(err).toBe('')
  return diffSchema.parse(JSON.parse(out))
}

const readText = (name: string) => readFile(join(cwd, name), 'utf8')

async function keep(name: string, result: unknown): Promise<string> {
  await writeFile(join(cwd, name), JSON.stringify(result))
  return name
}

describe('two files', () => {
  it('of the OpenMessaging Benchmark are compared, and a median that is a quarter slower is suspect', async () => {
    const diff = await diffOf('omb-a.json', 'omb-b.json')
    expect(diff.verdict).toBe('suspect')
    const verdicts = Object.fromEntries(diff.changes.map(({ metric, verdict }) => [metric, verdict]))
    expect(verdicts).toMatchObject({
      'publish.p50Ms': 'suspect',
      'service.p50Ms': 'suspect',
      recordsPerSec: 'pass',
      'publish.maxMs': 'not judged',
    })
    const { out, exit } = await tune('baseline', 'diff', 'omb-a.json', 'omb-b.json', '--strict')
    expect(out).toContain('Publish P50 +24.1 %, 2.10 ms → 2.61 ms')
    expect(exit).toBe(1)
  })

  it('say what one of them has not measured', async () => {
    const diff = await diffOf('k6-export.json', 'k6-machine-readable.json')
    expect(diff.notCompared).toContainEqual({ metric: 'api.p99Ms', base: 20.5, now: null })
  })

  it('of which one failed say so although nothing has no ratio', async () => {
    const omb = JSON.parse(await readText('omb-b.json'))
    const failing = await keep('omb-failing.json', { ...omb, publishErrorRate: [0, 0, 300, 300, 0, 0] })
    const { notCompared } = await diffOf('omb-a.json', failing)
    expect(notCompared?.find(({ metric }) => metric === 'errorRatio')).toMatchObject({ base: 0 })
    expect((await tune('baseline', 'diff', 'omb-a.json', failing)).out).toContain('no ratio to nothing')
  })

  it('of two settings are refused, of two drivers named', async () => {
    const { exit, err } = await tune('baseline', 'diff', 'omb-a.json', 'omb-other.json')
    expect(exit).toBe(2)
    expect(err).toContain('messageSize 1024 -> 100')
    const pulsar = await keep('omb-pulsar.json', {
      ...JSON.parse(await readText('omb-b.json')),
      driver: 'Pulsar',
    })
    const { warnings } = await diffOf('omb-a.json', pulsar)
    expect(warnings).toContainEqual({ id: 'other-driver', text: 'driver Kafka -> Pulsar' })
  })

  it('of records of two sizes are refused, though only their rates tell', async () => {
    const { exit, err } = await tune('baseline', 'diff', 'producer.txt', 'producer-3.x.txt')
    expect(err).toMatch(/were asked for different things: bytes a record 10\d -> 1024/)
    expect(exit).toBe(2)
  })

  it('of two tools are compared in what both tell', async () => {
    const ours = await keep('run.json', pacedResult())
    const diff = await diffOf('producer.txt', ours)
    expect(diff.warnings.map(({ id }) => id)).toContain('two-tools')
    expect(diff.changes.map(({ metric }) => metric)).toContain('service.meanMs')
    expect(diff.notCompared?.map(({ metric }) => metric)).toContain('cpuUsPerRecord')
  })

  it('of one run, one of them its histogram log, have the same times', async () => {
    const ours = await keep('run.json', pacedResult())
    await writeFile(join(cwd, 'run.hlog'), hlog(pacedResult()))
    const { changes } = await diffOf('./run.hlog', ours)
    for (const metric of ['latency.p50Ms', 'latency.p99Ms', 'service.p90Ms', 'lateness.p99Ms']) {
      expect(changes.find((change) => change.metric === metric)?.ratio).toBeCloseTo(1, 3)
    }
  })

  it.each(['omb-a.json', 'k6-export.json'])('of different kinds are refused: %s', async (other) => {
    const { exit, err } = await tune('baseline', 'diff', 'producer.txt', other)
    expect(exit).toBe(2)
    expect(err).toContain('of kind producer')
  })

  it('of different kinds are refused where both are ours', async () => {
    const [a, b] = [await keep('a.json', pacedResult()), await keep('b.json', readToTheEnd())]
    const { exit, err } = await tune('baseline', 'diff', a, b)
    expect(exit).toBe(2)
    expect(err).toContain('a.json is a run of kind producer, b.json of kind consumer')
  })

  it('that begin with a mark of their encoding are read', async () => {
    const ours = await keep('run.json', pacedResult())
    await writeFile(join(cwd, 'bom.json'), `\ufeff${JSON.stringify(pacedResult())}`)
    expect((await diffOf('./bom.json', ours)).verdict).toBe('pass')
  })

  it('of which one was held back by tune itself say nothing of the system', async () => {
    const late = await keep('late.json', generatorLimitedResult())
    const { exit, out } = await tune('baseline', 'diff', './late.json', late)
    expect(out).toContain('invalid: too many runs were not to be trusted')
    expect(out.replace(/\s+/g, ' ')).toContain('1 of 1 run of ./late.json is not to be trusted: tune itself')
    expect(exit).toBe(3)
  })

  it('of other tools are not kept as a baseline', async () => {
    const { exit, err } = await tune('baseline', 'capture', 'main', '--from', 'omb-a.json')
    expect(exit).toBe(2)
    expect(err).toContain('a baseline keeps runs of tune')
  })
})

describe('a file that is not whole', () => {
  it.each([
    ['cut.json', (text: string) => text.slice(0, text.length / 2), /cut\.json is cut short at line 1/],
    ['omb.json', () => '{"workload": "w", "driver":', /omb\.json is cut short at line 1, column/],
    ['empty.json', () => '', /empty\.json is empty/],
    [
      'v2.json',
      (text: string) => text.replace('tune.result/1', 'tune.result/2'),
      /v2\.json is tune\.result\/2/,
    ],
    [
      'null.json',
      (text: string) => text.replace(/"p50Ms":[\d.]+/, '"p50Ms":null'),
      /null\.json is no valid tune\.result\/1: \w+\.p50Ms/,
    ],
    [
      'negative.json',
      (text: string) => text.replace(/"durationMs":[\d.]+/, '"durationMs":-5'),
      /negative\.json is no valid tune\.result\/1/,
    ],
  ])('is refused by name and place: %s', async (name, spoil, message) => {
    await keep('run.json', pacedResult())
    await writeFile(join(cwd, name), spoil(JSON.stringify(pacedResult())))
    const { exit, out, err } = await tune('baseline', 'diff', './run.json', `./${name}`)
    expect(err).toMatch(message)
    expect(err).toContain('hint: ')
    expect([exit, out]).toEqual([2, ''])
  })

  it('is refused when a figure was edited that follows from its histogram', async () => {
    const edited: ProducerResult = structuredClone(pacedResult())
    if (edited.latency !== undefined) edited.latency.p50Ms = edited.latency.p50Ms / 2
    const files = [await keep('run.json', pacedResult()), await keep('edited.json', edited)]
    const { exit, err } = await tune('baseline', 'diff', ...files)
    expect(err).toContain('edited.json was edited: latency.p50Ms is')
    expect(exit).toBe(2)
  })
})

describe('many runs', () => {
  it('are compared as well as few: 10,000 outputs in one file', async () => {
    const line = (await readText('producer.txt')).trimEnd().split('\n').at(-1) ?? ''
    await writeFile(join(cwd, 'many.txt'), `${line}\n`.repeat(10_000))
    const diff = await diffOf('many.txt', 'producer.txt')
    expect([diff.base.runs, diff.verdict]).toEqual([10_000, 'pass'])
  })

  it.each(['0', '10000'])('that would never end, or never begin, are refused: --runs %s', async (runs) => {
    const { exit, err } = await tune('baseline', 'capture', 'main', '--runs', runs, '--', 'bench', 'producer')
    expect(err).toContain('--runs: must be at ')
    expect(exit).toBe(2)
  })

  it('of which there are none are refused', async () => {
    const none = await keep('none.json', { schema: 'tune.runs/1', runs: [], spread: {} })
    const { exit, err } = await tune('baseline', 'diff', './run.json', none)
    expect(exit).toBe(2)
    expect(err).toContain('error: ')
    const { err: why } = await tune('baseline', 'capture', 'main', '--from', none)
    expect(why).toContain('no valid tune.runs/1: runs: ')
  })
})

describe('runs that measured nothing', () => {
  it('are told of, and no figure of theirs is a change', async () => {
    const silent: ProducerResult = structuredClone(pacedResult())
    silent.metrics = { ...silent.metrics, recordsPerSec: 0 }
    const { notCompared, changes } = storedDiff([[pacedResult()]], [silent], ['recordsPerSec'], {
      startedAt: '2026-01-31T10:00:00.000Z',
      base: 'a',
      now: 'b',
      rules: DEFAULT_RULES,
      warnings: [],
      differences: [],
    })
    expect(changes.map(({ metric }) => metric)).not.toContain('recordsPerSec')
    expect(notCompared?.[0]).toMatchObject({ metric: 'recordsPerSec', now: 0 })
  })

  it.each([Number.NaN, 0, -1, Number.POSITIVE_INFINITY])('have no worsening: %f', (value) => {
    const run = (recordsPerSec: number) => ({ metrics: { recordsPerSec } })
    expect(worsening('recordsPerSec', run(5), run(value))).toBeUndefined()
    expect(worsening('recordsPerSec', run(value), run(5))).toBeUndefined()
  })
})

describe('a clock that went backwards during a run', () => {
  it('shows in its seconds, and the run is refused', async () => {
    const back: ProducerResult = structuredClone(pacedResult())
    const [, second] = back.series
    if (second !== undefined) second.atMs = 0
    const files = [await keep('run.json', pacedResult()), await keep('back.json', back)]
    const { exit, err } = await tune('baseline', 'diff', ...files)
    expect(err).toContain('back.json was edited: series.1.atMs is 0')
    expect(exit).toBe(2)
  })
})

describe('tune baseline calibrate', () => {
  it.each([
    [['nowhere'], 'no baseline nowhere'],
    [['--pairs', '9', '--', 'bench', 'producer'], '--pairs: must be at least 10'],
    [['--', 'bench', 'connector'], 'nothing to run afresh'],
    [['--judge', 'p50', '--', 'bench', 'producer'], '--judge: no metric "p50"'],
    [['--', 'bench', 'producer', '--bootstrap-server', 'localhost:1', '--duration', '1s'], 'localhost:1'],
  ])('%j is refused: %s', async (words, message) => {
    const { exit, out, err } = await tune('baseline', 'calibrate', ...words)
    expect(err).toContain(message)
    expect([exit, out]).toEqual([2, ''])
  })
})
