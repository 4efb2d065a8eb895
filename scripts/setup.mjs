#!/usr/bin/env node
// Makes a fresh clone ready: the packages of the lock file, then the one native client. Plain Node, no dependencies,
// since it runs before there are any. Idempotent; with nothing to do it takes a fraction of a second.
//   --force   prepare the native client again although that failed before
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { placeBeside, prepareNative } from './lib/build-native.mjs'
import { npm, run, since } from './lib/run.mjs'
import { bringPackages, missingForBuild, missingForTests } from './lib/system.mjs'
import { ADDON, CLIENT, findClient, nativeCacheDir, nativeKey, packageDir } from './native.mjs'

const STAMP = join(packageDir, 'node_modules/.tune-setup')
const MIN_NODE = [20, 19, 4]

const say = (line) => process.stderr.write(`setup: ${line}\n`)

/** The lock file by its content, and the platform, since npm picks packages by it. */
function lockHash() {
  const lock = readFileSync(join(packageDir, 'package-lock.json'))
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex')
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'))
  } catch {
    return {}
  }
}

function nodeIsOld() {
  const have = process.versions.node.split('.').map(Number)
  for (const [at, min] of MIN_NODE.entries()) if (have[at] !== min) return have[at] < min
  return false
}

/** Everything. True when nothing is missing; the packages themselves missing is an error that is thrown. */
export async function setup({ force = false } = {}) {
  const start = performance.now()
  if (nodeIsOld())
    throw new Error(`Node ${MIN_NODE.join('.')} or later is needed, this is ${process.version}`)
  const lock = lockHash()
  let stamp = readStamp()
  if (stamp.lock !== lock) {
    say('npm ci --ignore-scripts')
    const { code, reason } = await run(npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']), {
      cwd: packageDir,
    })
    if (code !== 0) throw new Error(`npm ci ${reason}`)
    stamp = { lock }
    writeStamp(stamp)
    say(`packages installed, ${since(start)}`)
  }
  if (process.env.CI === 'true') await setUpTests()
  const native = await setUpNative(stamp.native, force)
  writeStamp({ lock, native })
  if (!native.ok) shout(native)
  say(`done, ${since(start)}`)
  return native.ok
}

function writeStamp(stamp) {
  writeFileSync(STAMP, `${JSON.stringify(stamp)}\n`)
}

async function setUpNative(before, force) {
  const key = nativeKey()
  const client = findClient()
  const inPlace = client !== undefined && existsSync(join(client, ADDON))
  if (before?.key === key && !force) {
    if (before.ok && inPlace && existsSync(join(nativeCacheDir(), ADDON))) return before
    // What failed before fails again, slowly, until the machine has changed.
    if (!before.ok && before.lacks.join() === missingForBuild().join()) return before
  }
  const start = performance.now()
  const done = await prepareNative({ log: say })
  if (!done.ok) return { key, ok: false, reason: done.reason, lacks: missingForBuild(), remedy: done.remedy }
  placeBeside(done.client)
  say(`${CLIENT} is ready (${done.how}; librdkafka ${done.librdkafka}), ${since(start)}`)
  return { key, ok: true }
}

/** In CI a test may not be skipped, so what the tests run on has to be here. */
async function setUpTests() {
  const { lacks, remedy } = await bringPackages(() => missingForTests(), { log: say })
  if (lacks.length === 0) return
  throw new Error(
    `the tests lack ${lacks.join(', ')}${remedy === undefined ? '' : `; to mend it: ${remedy}`}`,
  )
}

function shout({ reason, remedy }) {
  const lines = [
    `the driver "confluent" is missing: ${reason}`,
    'everything that does not need it works, with the drivers kafkajs and wire',
    `to mend it: ${remedy === undefined ? '' : `${remedy} && `}npm run setup -- --force`,
  ]
  process.stderr.write(`\n${lines.map((line) => `!!! ${line}\n`).join('')}\n`)
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  try {
    const complete = await setup({ force: process.argv.includes('--force') })
    if (!complete && process.env.CI === 'true') {
      say('CI=true, so a missing driver is a failure')
      process.exitCode = 1
    }
  } catch (error) {
    process.stderr.write(`setup: error: ${error.message}\n`)
    process.exitCode = 1
  }
}
