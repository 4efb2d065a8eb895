import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startBroker } from '../../src/broker/index.ts'
import { makeDataDir } from '../../src/broker/launch.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tune-test-'))
  vi.stubEnv('TMPDIR', dir)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(dir, { recursive: true, force: true })
})

const quiet = () => {}

describe('the data folder', () => {
  it('is refused when the disk is too full', () => {
    expect(() => makeDataDir(2 ** 60, quiet)).toThrow(expect.objectContaining({ code: 'STORAGE' }))
  })

  it('is refused when the temporary folder does not exist', () => {
    vi.stubEnv('TMPDIR', join(dir, 'none'))
    expect(() => makeDataDir(0, quiet)).toThrow(expect.objectContaining({ code: 'STORAGE' }))
  })

  it('sweeps what processes left that died before their broker began, and nothing else', () => {
    const dead = 2 ** 30
    const make = (name: string, file: string) => {
      mkdirSync(join(dir, name))
      writeFileSync(join(dir, name, file), '')
      return join(dir, name)
    }
    const left = make(`tune-broker-${dead}-a`, 'server-1.properties')
    const began = make(`tune-broker-${dead}-b`, 'server-1.log')
    const living = make(`tune-broker-${process.pid}-c`, 'server-1.properties')
    const other = make('other', 'file')
    const made = makeDataDir(0, quiet)
    expect([left, began, living, other, made].map((path) => existsSync(path))).toEqual([
      false,
      true,
      true,
      true,
      true,
    ])
  })
})

describe('a cache that cannot be written', () => {
  it('is an error that names it', async () => {
    writeFileSync(join(dir, 'file'), '')
    vi.stubEnv('TUNE_CACHE', join(dir, 'file', 'cache'))
    await expect(startBroker({ engine: 'mock', brokers: 1 })).rejects.toMatchObject({
      code: expect.stringMatching(/STORAGE|MISSING/),
      exitCode: 2,
    })
  })
})
