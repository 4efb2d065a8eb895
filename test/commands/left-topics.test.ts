import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { leftTopics, noteTopic, ownTopics, topicFile } from '../../src/broker/index.ts'
import { run } from '../../src/cli.ts'
import { noting, removeLeft } from '../../src/commands/left-topics.ts'
import type { Admin, Connection } from '../../src/drivers/driver.ts'
import { TuneError } from '../../src/errors.ts'
import { testIo } from '../test-io.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tune-test-'))
  vi.stubEnv('TUNE_CACHE', dir)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(dir, { recursive: true, force: true })
})

const HERE = '127.0.0.1:1'
const connection: Connection = {
  bootstrapServers: HERE,
  clientId: 'test',
  security: { protocol: 'PLAINTEXT' },
  connectTimeoutMs: 100,
}
const shape = { partitions: 1, replicationFactor: 1, configs: {} }

/** A cluster that remembers; `fails` says which request goes wrong, and how. */
function fakeAdmin(fails: Partial<Record<'create' | 'remove', TuneError>> = {}) {
  const log: string[] = []
  const does = (what: 'create' | 'remove') => async (topic: string) => {
    log.push(`${what} ${topic}, ${ownTopics().length} noted`)
    const error = fails[what]
    if (error !== undefined) throw error
  }
  const admin: Admin = {
    cluster: async () => ({ brokers: [] }),
    topics: async () => [],
    describe: async () => undefined,
    create: does('create'),
    remove: does('remove'),
    endOffsets: async () => [],
    startOffsets: async () => [],
    offsetsAt: async () => [],
    committed: async () => [],
    close: async () => {},
  }
  return { admin, log }
}

/** A topic as a killed run leaves it. */
function leave(topic: string, bootstrapServers = HERE, protocol = 'PLAINTEXT'): void {
  noteTopic(topic, { bootstrapServers, protocol })
  const said: unknown = JSON.parse(readFileSync(topicFile(topic), 'utf8'))
  writeFileSync(topicFile(topic), JSON.stringify({ ...Object(said), processStart: 'long ago' }))
}

describe('the admin of a bench on a given cluster', () => {
  it('notes a topic before it makes it, and strikes it out after it removed it', async () => {
    const { admin, log } = fakeAdmin()
    const noted = noting(admin, connection)
    await noted.create('tune-a', shape)
    expect(ownTopics()).toHaveLength(1)
    await noted.remove('tune-a')
    expect(log).toEqual(['create tune-a, 1 noted', 'remove tune-a, 1 noted'])
    expect(ownTopics()).toEqual([])
  })

  it('keeps the note of a topic that could not be removed', async () => {
    const { admin } = fakeAdmin({ remove: new TuneError('UNREACHABLE', 'gone') })
    const noted = noting(admin, connection)
    await noted.create('tune-a', shape)
    await expect(noted.remove('tune-a')).rejects.toThrow('gone')
    expect(ownTopics()).toHaveLength(1)
  })

  it('removes what was half made', async () => {
    const { admin, log } = fakeAdmin({ create: new TuneError('TOPIC', 'no leaders') })
    await expect(noting(admin, connection).create('tune-a', shape)).rejects.toThrow('no leaders')
    expect(log.at(-1)).toContain('remove tune-a')
    expect(ownTopics()).toEqual([])
  })
})

describe('the next run on a cluster', () => {
  it('removes what a killed one left there, and nothing else', async () => {
    leave('tune-left')
    leave('tune-elsewhere', '127.0.0.1:2')
    noteTopic('tune-live', { bootstrapServers: HERE, protocol: 'PLAINTEXT' })
    const { admin, log } = fakeAdmin()
    const said: string[] = []
    await removeLeft(admin, HERE, (text) => said.push(text))
    expect(log).toEqual([expect.stringContaining('remove tune-left')])
    expect(said).toEqual(['removed what a killed run had left here: tune-left'])
    expect(leftTopics().map(({ topic }) => topic)).toEqual(['tune-elsewhere'])
  })

  it('says what it could not remove, and goes on', async () => {
    leave('tune-left')
    const { admin } = fakeAdmin({ remove: new TuneError('UNAUTHORIZED', 'this user may not') })
    const said: string[] = []
    await removeLeft(admin, HERE, (text) => said.push(text))
    expect(said).toEqual([expect.stringContaining('this user may not')])
    expect(leftTopics()).toHaveLength(1)
  })
})

describe('tune broker', () => {
  it('status lists what killed runs left', async () => {
    leave('tune-left')
    const io = testIo()
    expect(await run(['broker', 'status'], io)).toBe(0)
    expect(io.stdout).toMatch(/^topic tune-left on 127\.0\.0\.1:1 .* which is dead\n$/)
    const json = testIo()
    await run(['broker', 'status', '--json'], json)
    expect(JSON.parse(json.stdout)).toMatchObject([{ schema: 'tune.topic/1', topic: 'tune-left' }])
  })

  it('stop --all says what it cannot reach or may not enter, and why', async () => {
    leave('tune-left')
    leave('tune-secured', '127.0.0.1:2', 'SASL_SSL')
    const io = testIo()
    expect(await run(['broker', 'stop', '--all'], io)).toBe(0)
    expect(io.stderr).toMatch(/tune-left on 127\.0\.0\.1:1 stays: nothing listens/)
    expect(io.stderr).toMatch(/tune-secured on 127\.0\.0\.1:2 stays: it takes SASL_SSL/)
    expect(leftTopics()).toHaveLength(2)
  })
})
