import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cacheDir } from '../../src/broker/paths.ts'
import { type BrokerRecord, listBrokers, stateFile, stopBroker, writeState } from '../../src/broker/state.ts'
import { withLock } from '../../src/lock.ts'
import { isAlive } from '../../src/processes.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tune-test-'))
  vi.stubEnv('TUNE_CACHE', dir)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(dir, { recursive: true, force: true })
})

const record: BrokerRecord = {
  schema: 'tune.broker/1',
  id: 'abc123',
  engine: 'kafka',
  version: '4.3.1',
  startedAt: '2026-01-01T00:00:00.000Z',
  ready: true,
  detached: true,
  parentPid: null,
  // beyond any pid that Linux gives out
  guardianPid: 2 ** 30,
  bootstrapServers: '127.0.0.1:20000',
  brokers: [{ id: 1, port: 20_000, pid: 2 ** 30 }],
  dataDir: '/nowhere/tune-broker-x',
}

/** A process that does nothing, with a text in its command line. */
async function idle(mark: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)', mark])
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return child.pid ?? 0
}

describe('the state of brokers', () => {
  it('is empty at first', async () => {
    expect(await listBrokers()).toEqual([])
  })

  it('of a broker whose guardian was killed is cleaned up: its processes and data too', async () => {
    const dataDir = join(dir, 'tune-broker-left')
    mkdirSync(dataDir)
    const pid = await idle(dataDir)
    writeState({ ...record, dataDir, brokers: [{ id: 1, port: 20_000, pid }] })
    expect(await listBrokers()).toEqual([])
    expect(existsSync(dataDir)).toBe(false)
    expect(existsSync(stateFile(record.id))).toBe(false)
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false))
  })

  it('never leads to a process that got the id of a dead broker', async () => {
    const pid = await idle('something else')
    writeState({
      ...record,
      dataDir: join(dir, 'tune-broker-x'),
      guardianPid: pid,
      brokers: [{ id: 1, port: 1, pid }],
    })
    expect(await listBrokers()).toEqual([])
    expect(isAlive(pid)).toBe(true)
    process.kill(pid, 'SIGKILL')
  })

  it('never leads to a folder that is not a broker’s', async () => {
    const dataDir = join(dir, 'precious')
    mkdirSync(dataDir)
    writeState({ ...record, dataDir })
    await listBrokers()
    expect(existsSync(dataDir)).toBe(true)
  })

  it('is dropped when it cannot be read', async () => {
    mkdirSync(join(dir, 'brokers'))
    writeFileSync(stateFile('bad'), '{"id":')
    expect(await listBrokers()).toEqual([])
    expect(readdirSync(join(dir, 'brokers'))).toEqual([])
  })

  it('names the running ones when an unknown id is to stop', async () => {
    await expect(stopBroker('nobody')).rejects.toMatchObject({ code: 'USAGE' })
    expect(await stopBroker('all')).toEqual([])
  })
})

describe('the cache', () => {
  it('is where TUNE_CACHE says, else under XDG_CACHE_HOME', () => {
    expect(cacheDir({ TUNE_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a')
    expect(cacheDir({ XDG_CACHE_HOME: '/b' })).toBe('/b/tune')
    expect(cacheDir({})).toMatch(/\.cache\/tune$/)
  })
})

describe('a lock', () => {
  it('lets one in at a time', async () => {
    const path = join(dir, 'lock')
    const order: string[] = []
    const work = (name: string) => async () => {
      order.push(`${name} in`)
      await new Promise((resolve) => setTimeout(resolve, 20))
      order.push(`${name} out`)
    }
    await Promise.all([withLock(path, () => {}, work('a')), withLock(path, () => {}, work('b'))])
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out'])
    expect(existsSync(path)).toBe(false)
  })

  it('of a dead holder is taken over', async () => {
    const path = join(dir, 'lock')
    writeFileSync(path, String(2 ** 30))
    expect(
      await withLock(
        path,
        () => {},
        async () => 'done',
      ),
    ).toBe('done')
  })
})
