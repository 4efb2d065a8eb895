// Gets the binary of the native client: from the cache, as its own prebuilt, or by building it against the system's
// libraries. Everything happens in a copy under tune's cache, so a read-only package and `npm ci` do not matter.
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ADDON, CLIENT, clientCacheDir, clientVersion, findClient, nativeCacheDir } from '../native.mjs'
import { npm, npmDir, plainEnv, run, since } from './run.mjs'
import { bringPackages, missingForBuild } from './system.mjs'

/** Where the prebuilt binary lies, a closed network may swallow packets instead of refusing them. */
const PREBUILT_TIMEOUT_MS = 30_000
const PROBE = fileURLToPath(new URL('probe-native.mjs', import.meta.url))
const LIBRARY = /^librdkafka(\+\+)?\.(so\.1|1\.dylib)$/

/** Loads the client in a child process; `{ librdkafka, features }`, or `{ problem }`. */
export async function probe(client, addon) {
  const { code, output, reason } = await run([process.execPath, PROBE, client, addon], {
    quiet: true,
    timeoutMs: 20_000,
  })
  if (code === 0) {
    const said = /^\{.*\}$/m.exec(output)
    if (said !== null) return JSON.parse(said[0])
  }
  const error = /^\w*Error: (.*)$/m.exec(output)?.[1]
  return { problem: error ?? reason ?? 'it says nothing' }
}

/**
 * Makes the client loadable. `log` takes lines for a person. The answer: `{ ok: true, how, librdkafka }`, or
 * `{ ok: false, reason, lacks, remedy }`; `remedy` is one command line where there is one.
 */
export async function prepareNative({ log, env = process.env }) {
  const client = findClient(env) ?? (await installClient(log, env))
  if (client === undefined) {
    const from = `npm install --ignore-scripts ${CLIENT}@${clientVersion()}`
    return { ok: false, reason: `${CLIENT} could not be installed by npm`, lacks: [], remedy: from }
  }
  const dir = nativeCacheDir(env)
  if (existsSync(join(dir, ADDON))) {
    const found = await probe(client, join(dir, ADDON))
    if (!('problem' in found)) return { ok: true, how: 'cached', client, ...found }
    log(`the cached binary does not load (${found.problem}), making it anew`)
  }
  mkdirSync(dirname(dir), { recursive: true })
  const work = `${dir}.${process.pid}.tmp`
  const logFile = `${dir}.log`
  writeFileSync(logFile, '')
  try {
    copyClient(client, join(work, 'client'))
    const context = { client, dir, work, logFile, log, env, copy: join(work, 'client') }
    const prebuilt = await fetchPrebuilt(context)
    return prebuilt.ok ? prebuilt : await build(context)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Puts the binary beside the client's own code, so that a plain import of the client works too. */
export function placeBeside(client, env = process.env) {
  const own = join(client, 'build')
  try {
    rmSync(own, { recursive: true, force: true })
    cpSync(join(nativeCacheDir(env), 'build'), own, { recursive: true })
    return true
  } catch {
    return false
  }
}

async function installClient(log, env) {
  const into = clientCacheDir(env)
  log(`installing ${CLIENT} ${clientVersion()}`)
  mkdirSync(into, { recursive: true })
  writeFileSync(join(into, 'package.json'), '{ "private": true }\n')
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save']
  // by its folder, not by --prefix: that would also hide the machine's own npmrc, with its registry and certificates
  const argv = npm(['install', ...flags, `${CLIENT}@${clientVersion()}`], env)
  const { code } = await run(argv, { cwd: into, env, quiet: true, timeoutMs: 300_000 })
  return code === 0 ? findClient(env) : undefined
}

function copyClient(client, copy) {
  rmSync(copy, { recursive: true, force: true })
  const left = new Set([join(client, 'build'), join(client, 'node_modules')])
  cpSync(client, copy, { recursive: true, dereference: true, filter: (path) => !left.has(path) })
}

/** The copy lies apart from node_modules; its build asks for `nan` there. */
function buildEnv({ client, env }, more) {
  const require = createRequire(join(client, 'package.json'))
  const paths = require.resolve.paths('nan') ?? []
  return plainEnv({ NODE_PATH: paths.join(delimiter), ...more }, env)
}

async function fetchPrebuilt(context) {
  const { client, copy, logFile, log } = context
  const start = performance.now()
  let reason
  try {
    const tool = createRequire(join(client, 'package.json')).resolve('@mapbox/node-pre-gyp/bin/node-pre-gyp')
    const done = await run([process.execPath, tool, 'install'], {
      cwd: copy,
      env: buildEnv(context, {}),
      log: logFile,
      timeoutMs: PREBUILT_TIMEOUT_MS,
    })
    reason = done.code === 0 ? undefined : (lastError(logFile) ?? done.reason)
  } catch (error) {
    reason = error.message
  }
  if (reason === undefined) {
    const found = await keep(context)
    if (found.ok) return { ...found, how: `prebuilt, ${since(start)}` }
    reason = `it does not load: ${found.reason}`
  }
  rmSync(join(copy, 'build'), { recursive: true, force: true })
  log(`no prebuilt binary of ${CLIENT} (${reason}), building it`)
  return { ok: false }
}

async function build(context) {
  const { copy, logFile, log, env } = context
  const start = performance.now()
  const { lacks, remedy } = await bringPackages(() => missingForBuild(env), { log, logFile, env })
  if (lacks.length > 0) {
    return { ok: false, reason: `to build it this machine lacks ${lacks.join(', ')}`, lacks, remedy }
  }
  const npmFolder = npmDir(env)
  const tool = npmFolder && join(npmFolder, 'node_modules/node-gyp/bin/node-gyp.js')
  if (!tool || !existsSync(tool)) {
    return { ok: false, reason: 'no npm with node-gyp beside this Node', lacks: ['npm'], remedy: undefined }
  }
  // Headers from beside the running Node, which fit it. Never -j: it breaks the make of librdkafka.
  const prefix = dirname(dirname(process.execPath))
  const headers = existsSync(join(prefix, 'include/node/node.h')) ? [`--nodedir=${prefix}`] : []
  log('building it against the libraries of this system (about 2 minutes)')
  const { code, reason } = await run([process.execPath, tool, 'rebuild', ...headers], {
    cwd: copy,
    env: buildEnv(context, { CKJS_LINKING: 'dynamic' }),
    log: logFile,
    timeoutMs: 1_200_000,
  })
  if (code !== 0) {
    const why = lastError(logFile) ?? reason
    return { ok: false, reason: `the build failed (${why}); its log is ${logFile}`, lacks: [] }
  }
  const found = await keep(context)
  return found.ok ? { ...found, how: `built, ${since(start)}` } : found
}

/** Takes the files that matter out of the copy's build, proves that they load, and moves them into the cache. */
async function keep({ client, copy, dir, work, logFile }) {
  const kept = join(work, 'kept')
  rmSync(kept, { recursive: true, force: true })
  if (!existsSync(join(copy, ADDON))) return { ok: false, reason: 'no addon came out', lacks: [] }
  const files = [ADDON]
  const libs = join(copy, 'build/deps')
  if (existsSync(libs)) {
    for (const name of readdirSync(libs)) if (LIBRARY.test(name)) files.push(`build/deps/${name}`)
  }
  for (const file of files) {
    mkdirSync(dirname(join(kept, file)), { recursive: true })
    cpSync(join(copy, file), join(kept, file), { dereference: true })
    // symbols are ten times the code; where strip is missing the file is only larger
    await run(['strip', '--strip-unneeded', join(kept, file)], { log: logFile })
  }
  const found = await probe(client, join(kept, ADDON))
  if ('problem' in found) {
    appendFileSync(logFile, `${found.problem}\n`)
    return { ok: false, reason: `it does not load: ${found.problem}`, lacks: [] }
  }
  const old = `${dir}.${process.pid}.old`
  if (existsSync(dir)) renameSync(dir, old)
  renameSync(kept, dir)
  rmSync(old, { recursive: true, force: true })
  return { ok: true, client, files: files.map((file) => basename(file)), ...found }
}

/** The line of a tool's log that tells most. */
function lastError(logFile) {
  const lines = readFileSync(logFile, 'utf8').split('\n')
  const telling = lines.filter((line) =>
    /\berror:|\[error\] (install|stack)|ERR! (install|stack)|fatal error|No such file/i.test(line),
  )
  return telling
    .at(-1)
    ?.replace(/^.*(ERR!|\[error\]) (install|stack)\s*/, '')
    .replace(/^.*failed, reason: /, '')
    .trim()
    .slice(0, 200)
}
