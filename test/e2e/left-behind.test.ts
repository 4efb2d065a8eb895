/** Signals at any moment, SIGKILL included: no process, no half-written file and no topic of `tune`'s stays behind. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startBroker, type ThrowAwayBroker } from '../../src/broker/index.ts'
import { hasBroker } from './broker.ts'
import { type BuiltTune, startTune, tune } from './built.ts'
import { type Home, halvesOf, newCache, newHome, processesOf, topicsOn } from './left-behind.ts'

const ROUNDS = process.env.TUNE_TEST_FULL === '1' ? 10 : 1
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const
type Signal = (typeof SIGNALS)[number]

/** Another seed, other moments; the seed of a run that failed makes them again. */
const SEED = Number(process.env.TUNE_TEST_SEED ?? 1)

/** A small generator (mulberry32): the moments have to be the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Every signal in every round, each at a moment of its own: a share of the time that a whole run takes. */
function moments(seed: number): { signal: Signal; at: number }[] {
  const random = randomFrom(seed)
  return Array.from({ length: ROUNDS }, () => SIGNALS.map((signal) => ({ signal, at: random() }))).flat()
}

const LOAD = [
  ...['--driver', 'kafkajs', '--throughput', '500', '--duration', '2s', '--warmup', '500ms'],
  ...['--partitions', '3', '--drain-timeout', '2s', '--report', 'json'],
]
const ownBroker = ['bench', 'producer', '--engine', 'kafka', ...LOAD]
const onGiven = () => [
  ...['bench', 'producer', '--bootstrap-server', given.bootstrapServers, '--create-topic'],
  ...LOAD,
]

/** Nobody else makes topics on it. */
let given: ThrowAwayBroker
beforeAll(async () => {
  if (hasBroker) given = await startBroker({ engine: 'kafka', brokers: 1 })
})
afterAll(() => given?.stop())

async function timeOf(args: readonly string[], home: Home): Promise<number> {
  const startMs = performance.now()
  const { code, stderr } = await tune(args, home)
  if (code !== 0 && code !== 3) throw new Error(`the run that sets the time failed: ${stderr}`)
  return performance.now() - startMs
}

/** Signals it at its moment, and waits for its end. */
async function interrupted(run: BuiltTune, signal: Signal, atMs: number) {
  const isOver = await Promise.race([run.ended.then(() => true), sleep(atMs, false)])
  if (!isOver) run.child.kill(signal)
  const ended = await run.ended
  // Before the program listens, a signal is the system's own; after its last word, there is nothing to interrupt
  const codes = { SIGINT: ['SIGINT', 130], SIGTERM: ['SIGTERM', 143], SIGKILL: ['SIGKILL'] }[signal]
  expect([...codes, 0, 3], ended.stderr).toContain(ended.code)
  if (ended.code === 130 || ended.code === 143) expect(() => JSON.parse(ended.stdout)).not.toThrow()
}

const noProcess = (home: Home) =>
  vi.waitFor(() => expect(processesOf(home)).toEqual([]), { timeout: 15_000, interval: 100 })

describe.skipIf(!hasBroker)(`signals at random moments (TUNE_TEST_SEED=${SEED})`, () => {
  it('leave nothing of a bench with a throw-away broker', async () => {
    const home = newHome()
    const wholeMs = await timeOf(ownBroker, home)
    await noProcess(home)
    const seen = startTune(ownBroker, home)
    await seen.says(/measuring/)
    // tune, the guardian and the broker: what is looked for can be found
    if (process.platform === 'linux') expect(processesOf(home).length).toBeGreaterThanOrEqual(3)
    await seen.ended
    await noProcess(home)
    expect(halvesOf(home)).toEqual([])
    for (const { signal, at } of moments(SEED)) {
      await interrupted(startTune(ownBroker, home), signal, at * wholeMs)
      await noProcess(home)
      expect(readdirSync(join(home.cache, 'brokers')), `${signal} at ${at}`).toEqual([])
      // Killed between making a folder and having somebody who removes it, it leaves that to the next start
      if (signal !== 'SIGKILL') expect(halvesOf(home), `${signal} at ${at}`).toEqual([])
    }
    await timeOf(ownBroker, home)
    await noProcess(home)
    expect(halvesOf(home).filter((name) => !name.endsWith('.part'))).toEqual([])
  })

  it('leave no topic on a given broker; after SIGKILL it is listed, and the next run removes it', async () => {
    const home = newHome()
    const { bootstrapServers } = given
    const before = new Set(await topicsOn(bootstrapServers))
    const left = async () => (await topicsOn(bootstrapServers)).filter((topic) => !before.has(topic))
    const wholeMs = await timeOf(onGiven(), home)
    for (const { signal, at } of moments(SEED + 1)) {
      await interrupted(startTune(onGiven(), home), signal, at * wholeMs)
      await noProcess(home)
      const topics = await left()
      if (signal === 'SIGKILL') {
        const { stdout } = await tune(['broker', 'status'], home)
        for (const topic of topics) expect(stdout, `${signal} at ${at}`).toContain(topic)
        if (topics.length > 0) await timeOf(onGiven(), home)
        expect(await left(), `${signal} at ${at}`).toEqual([])
      } else {
        expect(topics, `${signal} at ${at}`).toEqual([])
        expect(halvesOf(home), `${signal} at ${at}`).toEqual([])
      }
    }
    await timeOf(onGiven(), home)
    expect(readdirSync(join(home.cache, 'topics'))).toEqual([])
    expect(halvesOf(home).filter((name) => !name.endsWith('.part'))).toEqual([])
  })
})

describe.skipIf(!hasBroker)('the topic of a bench that was killed', () => {
  /** Kills one in its measured time; gives its topic. */
  async function killed(home: Home): Promise<string> {
    const run = startTune(onGiven(), home)
    await run.says(/measuring/)
    run.child.kill('SIGKILL')
    await run.ended
    return topicOf(run)
  }
  const topicOf = (run: BuiltTune) => /topic (tune-bench-\w+)/.exec(run.stderr())?.[1] ?? 'no topic'

  it('is removed by the next bench on that cluster, which leaves that of a live one alone', async () => {
    const cache = newCache()
    const { bootstrapServers } = given
    const live = startTune([...onGiven(), '--duration', '60s'], newHome(cache))
    await live.says(/measuring/)
    const topic = await killed(newHome(cache))
    expect(await topicsOn(bootstrapServers)).toContain(topic)
    const next = await tune(onGiven(), newHome(cache))
    expect(next.stderr).toContain(`removed what a killed run had left here: ${topic}\n`)
    const there = await topicsOn(bootstrapServers)
    expect(there).not.toContain(topic)
    expect(there).toContain(topicOf(live))
    live.child.kill('SIGINT')
    expect((await live.ended).code).toBe(130)
    expect(await topicsOn(bootstrapServers)).not.toContain(topicOf(live))
  })

  it('is removed by tune broker stop --all', async () => {
    const home = newHome()
    const topic = await killed(home)
    const status = await tune(['broker', 'status'], home)
    expect(status.stdout).toContain(`topic ${topic} on ${given.bootstrapServers}`)
    const stop = await tune(['broker', 'stop', '--all'], home)
    expect(stop.code).toBe(0)
    expect(stop.stderr).toContain(topic)
    expect(await topicsOn(given.bootstrapServers)).not.toContain(topic)
    expect((await tune(['broker', 'status'], home)).stdout).toBe('')
  })

  it('is named by a second Ctrl-C, which does not wait to remove it', async () => {
    const home = newHome()
    const run = startTune(onGiven(), home)
    await run.says(/measuring/)
    run.child.kill('SIGINT')
    await run.says(/stopping/)
    run.child.kill('SIGINT')
    const { code, stderr } = await run.ended
    expect(code).toBe(130)
    // A run that was quick enough to end by itself has removed its topic
    if (existsSync(join(home.cache, 'topics', `${topicOf(run)}.json`))) {
      expect(stderr).toContain(`topic ${topicOf(run)} stays`)
    }
    await tune(['broker', 'stop', '--all'], home)
    expect(await topicsOn(given.bootstrapServers)).not.toContain(topicOf(run))
  })
})
