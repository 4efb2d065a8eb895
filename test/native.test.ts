import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as native from '../scripts/native.mjs'
import { TuneError } from '../src/errors.ts'
import { loadNativeClient, nativeCacheDir, nativeClientDir, probeNative } from '../src/native.ts'

describe('the native client', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tune-native-'))
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  it('is kept under its version, the ABI, the platform and the processor', () => {
    const key = nativeCacheDir({ TUNE_CACHE: '/c' })
    expect(key).toMatch(/^\/c\/native\/\d+\.\d+\.\d+-\d+-\w+-\w+-\w+$/)
    expect(key).toContain(`${native.clientVersion()}-${process.versions.modules}-${process.platform}-`)
  })

  it.each([
    [{ TUNE_CACHE: '/a', XDG_CACHE_HOME: '/b' }, '/a'],
    [{ XDG_CACHE_HOME: '/b' }, '/b/tune'],
  ])('is looked for with %j in %s', (env, expected) => {
    expect(native.cacheDir(env)).toBe(expected)
  })

  /** A client whose addon is a plain module: what is loaded is told by what comes out. */
  function fakeClient(): string {
    const client = join(dir, 'client')
    mkdirSync(join(client, 'lib'), { recursive: true })
    writeFileSync(join(client, 'package.json'), '{ "name": "client", "version": "1.0.0" }')
    writeFileSync(join(client, 'librdkafka.js'), 'throw new Error("its own binary is not here")')
    writeFileSync(join(client, 'lib/index.js'), 'exports.from = require("../librdkafka").from')
    return client
  }

  it('takes its addon from another folder than its own', () => {
    const addon = join(dir, 'addon.cjs')
    writeFileSync(addon, 'exports.from = "the cache"')
    expect(native.loadFrom(fakeClient(), addon)).toEqual({ from: 'the cache' })
  })

  it('is loaded once, whatever asks for it', () => {
    const addon = join(dir, 'addon.cjs')
    writeFileSync(addon, 'exports.from = Math.random()')
    const client = fakeClient()
    expect(native.loadFrom(client, addon)).toBe(native.loadFrom(client, addon))
  })

  it('is looked for in the cache when npm has left it out, in the version asked for only', () => {
    const env = { TUNE_CACHE: dir }
    const into = join(native.clientCacheDir(env), 'node_modules', native.CLIENT)
    mkdirSync(into, { recursive: true })
    writeFileSync(join(into, 'package.json'), '{ "version": "0.0.1" }')
    // the one of this checkout comes first, so both answers are right about `into`
    expect(native.findClient(env)).not.toBe(into)
  })

  it('says MISSING with the remedy when its binary does not load', () => {
    const env = { ...process.env, TUNE_CACHE: dir }
    mkdirSync(join(nativeCacheDir(env), 'build/Release'), { recursive: true })
    writeFileSync(join(nativeCacheDir(env), native.ADDON), 'not a library')
    expect.assertions(2)
    try {
      loadNativeClient(env)
    } catch (error) {
      expect(error).toBeInstanceOf(TuneError)
      expect(error).toMatchObject({ code: 'MISSING', hint: expect.stringContaining('tune doctor --fix') })
    }
  })

  it('is probed in another process, so that a binary that does not fit ends only that', async () => {
    const env = { ...process.env, TUNE_CACHE: dir }
    mkdirSync(join(nativeCacheDir(env), 'build/Release'), { recursive: true })
    writeFileSync(join(nativeCacheDir(env), native.ADDON), 'not a library')
    const state = await probeNative(env)
    expect(state.librdkafka).toBeUndefined()
    expect(state.problem).toBeTruthy()
  })

  const here = nativeClientDir()
  it.skipIf(here === undefined)('works from a cache beside a package without a binary', async () => {
    const env = { ...process.env, TUNE_CACHE: dir }
    const from = [native.nativeCacheDir(), here ?? ''].find((path) => existsSync(join(path, native.ADDON)))
    cpSync(join(from ?? '', 'build'), join(nativeCacheDir(env), 'build'), { recursive: true })
    expect(await probeNative(env)).toEqual({
      problem: undefined,
      librdkafka: expect.stringMatching(/^\d+\.\d+/),
    })
  })
})
