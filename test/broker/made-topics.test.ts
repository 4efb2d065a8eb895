import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  leftTopics,
  noteTopic,
  ownTopics,
  sameCluster,
  strikeTopic,
  strikeTopicsOn,
  topicFile,
} from '../../src/broker/made-topics.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tune-test-'))
  vi.stubEnv('TUNE_CACHE', dir)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(dir, { recursive: true, force: true })
})

const where = { bootstrapServers: '127.0.0.1:9092', protocol: 'PLAINTEXT' }
const topic = 'tune-bench-0001'

/** Notes a topic, and changes what the note says. */
function note(change: Record<string, unknown>): void {
  noteTopic(topic, where)
  const said: unknown = JSON.parse(readFileSync(topicFile(topic), 'utf8'))
  writeFileSync(topicFile(topic), JSON.stringify({ ...Object(said), ...change }))
}

/** A process that has ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid

describe('the note of a topic', () => {
  it('is there from before the topic is made until it is removed', () => {
    expect(ownTopics()).toEqual([])
    noteTopic(topic, where)
    expect(ownTopics()).toMatchObject([{ topic, ...where, pid: process.pid }])
    strikeTopic(topic)
    expect(ownTopics()).toEqual([])
  })

  it('of a process that lives tells of nothing that was left', () => {
    noteTopic(topic, where)
    expect(leftTopics()).toEqual([])
  })

  it('of a dead process tells what was left', () => {
    note({ pid: deadPid() })
    expect(leftTopics().map((made) => made.topic)).toEqual([topic])
  })

  it('is not taken for that of another process that got the same id', () => {
    note({ processStart: 'another time' })
    expect(leftTopics()).toHaveLength(1)
  })

  it('goes with the broker that the topic was made on', () => {
    noteTopic(topic, where)
    strikeTopicsOn('127.0.0.1:9093')
    expect(ownTopics()).toHaveLength(1)
    strikeTopicsOn('127.0.0.1:9091,127.0.0.1:9092')
    expect(ownTopics()).toEqual([])
  })

  it('that was written on another machine is left to it', () => {
    note({ pid: deadPid(), machine: 'elsewhere' })
    expect(leftTopics()).toEqual([])
  })

  it('never leads to a topic that tune would not name so', () => {
    note({ pid: deadPid(), topic: 'orders' })
    expect(leftTopics()).toEqual([])
  })

  it('is passed over, and kept, when it cannot be read', () => {
    note({ schema: 'tune.topic/9' })
    expect(leftTopics()).toEqual([])
    expect(existsSync(topicFile(topic))).toBe(true)
  })

  it('has no half beside it after its writer was killed', () => {
    noteTopic(topic, where)
    writeFileSync(`${topicFile('tune-x')}.${deadPid()}.tmp`, '{"top')
    leftTopics()
    expect(readdirSync(join(dir, 'topics'))).toEqual([`${topic}.json`])
  })
})

describe('two lists of bootstrap servers', () => {
  it.each([
    ['a:1,b:1', 'b:1', true],
    ['a:1, b:1', 'c:1,b:1', true],
    ['a:1', 'a:2', false],
  ])('%s and %s', (one, other, same) => {
    expect(sameCluster(one, other)).toBe(same)
  })
})
