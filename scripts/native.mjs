// Finds and loads the one native package, the client on librdkafka. It is optional, and its binary is not where it
// expects it: an installed package may be read-only, and `npm ci` deletes what was built. So the binary lives in
// tune's cache, under the client's version, the ABI of Node, the platform and the C library.
// Used by the set-up, by `src/native.ts` and by bin/mock-broker.mjs; plain JavaScript, since it runs before any build.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire, Module } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const CLIENT = '@confluentinc/kafka-javascript'
export const ADDON = 'build/Release/confluent-kafka-javascript.node'

/** Tune's own folder. */
export const packageDir = fileURLToPath(new URL('../', import.meta.url))

/** `$TUNE_CACHE`, else `$XDG_CACHE_HOME/tune`, else `~/.cache/tune`. */
export function cacheDir(env = process.env) {
  if (env.TUNE_CACHE) return env.TUNE_CACHE
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tune')
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** The version of the client that this version of tune is made for. */
export function clientVersion() {
  return readJson(join(packageDir, 'package.json')).optionalDependencies[CLIENT]
}

/** What a binary fits to, as the name of its folder. */
export function nativeKey(version = clientVersion()) {
  const { platform, arch, versions } = process
  return `${version}-${versions.modules}-${platform}-${libc()}-${arch}`
}

function libc() {
  if (process.platform !== 'linux') return 'system'
  // without this the report looks up names of network peers, which takes seconds
  process.report.excludeNetwork = true
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl'
}

/** Where the binary for this Node is kept. */
export function nativeCacheDir(env = process.env) {
  return join(cacheDir(env), 'native', nativeKey())
}

/** Where the set-up puts the client when npm left it out, as it does with an optional package that fails to build. */
export function clientCacheDir(env = process.env) {
  return join(cacheDir(env), 'native', `client-${clientVersion()}`)
}

/** The folder of the client's JavaScript; undefined when it is nowhere. */
export function findClient(env = process.env) {
  for (const from of [packageDir, clientCacheDir(env)]) {
    try {
      const manifest = createRequire(join(from, 'package.json')).resolve(`${CLIENT}/package.json`)
      if (readJson(manifest).version === clientVersion()) return dirname(manifest)
    } catch {
      // not here
    }
  }
  return undefined
}

/** The client's folder and its addon's file, cache first; `addon` is undefined when there is none for this Node. */
export function findNative(env = process.env) {
  const client = findClient(env)
  if (client === undefined) return undefined
  const files = [join(nativeCacheDir(env), ADDON), join(client, ADDON)]
  return { client, addon: files.find((file) => existsSync(file)) }
}

/**
 * Loads the client in `clientDir` with the addon of the file `addon`. Only its librdkafka.js loads the addon, and
 * exports it as it is; so that module is put into the cache of `require` beforehand
 * (https://nodejs.org/api/modules.html#requirecache).
 */
export function loadFrom(clientDir, addon) {
  const require = createRequire(join(clientDir, 'package.json'))
  const door = require.resolve('./librdkafka.js')
  if (require.cache[door] === undefined) {
    const exports = require(addon)
    const module = new Module(door)
    module.filename = door
    module.exports = exports
    module.loaded = true
    require.cache[door] = module
  }
  return require('./lib/index.js')
}

/** Loads the client, on a main thread only: its addon is not context-aware. Throws where it is not set up. */
export function loadClient(env = process.env) {
  const found = findNative(env)
  if (found === undefined) throw new Error(`${CLIENT} is not installed`)
  if (found.addon === undefined) throw new Error(`${CLIENT} has no binary for ${nativeKey()}`)
  return loadFrom(found.client, found.addon)
}
