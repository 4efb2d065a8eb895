#!/usr/bin/env node
// `npm run test:nodes`: the unit tests and one real bench on other versions of Node. The npm package node-<platform>-<arch>
// brings each with its headers, so the native client is built for it. Works on a copy of the tree under tune's cache,
// so that this checkout's node_modules stays as it is. Arguments are versions: npm run test:nodes -- 24
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { npm, run, since } from './lib/run.mjs'
import { cacheDir, packageDir } from './native.mjs'

const E2E = 'test/e2e/package.test.ts'
const asked = process.argv.slice(2)
const versions = asked.length > 0 ? asked : ['22', '24']
const say = (line) => process.stdout.write(`\n== ${line}\n`)

async function must(what, argv, options) {
  const start = performance.now()
  const { code, reason } = await run(argv, options)
  say(`${what}: ${code === 0 ? 'ok' : `FAILED (${reason})`}, ${since(start)}`)
  if (code !== 0) throw new Error(`${what} ${reason}`)
}

/** The files of the tree that git knows or would take; without git all but what is made. */
function copyTree(to) {
  rmSync(to, { recursive: true, force: true })
  const listed = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: packageDir,
    encoding: 'utf8',
  })
  if (listed.status === 0) {
    for (const path of listed.stdout.split('\0').filter(Boolean)) {
      if (!existsSync(join(packageDir, path))) continue
      mkdirSync(dirname(join(to, path)), { recursive: true })
      cpSync(join(packageDir, path), join(to, path))
    }
    return
  }
  const made = new Set(['node_modules', 'dist', '.git', '.tune'].map((name) => join(packageDir, name)))
  cpSync(packageDir, to, { recursive: true, filter: (path) => !made.has(path) })
}

/** The folder of a Node with bin/node and include/node. */
async function bringNode(version, into) {
  const name = `node-${process.platform}-${process.arch}`
  mkdirSync(into, { recursive: true })
  writeFileSync(join(into, 'package.json'), '{ "private": true }\n')
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund']
  await must(`fetch Node ${version}`, npm(['install', ...flags, `${name}@${version}`]), { cwd: into })
  return join(into, 'node_modules', name)
}

async function testOn(version) {
  const base = join(cacheDir(), 'nodes', version)
  const home = await bringNode(version, join(base, 'node'))
  const node = join(home, 'bin/node')
  const tree = join(base, 'tree')
  copyTree(tree)
  const path = [join(home, 'bin'), process.env.PATH].join(delimiter)
  const options = { cwd: tree, env: { ...process.env, PATH: path } }
  const bin = (name) => [node, join(tree, 'node_modules/.bin', name)]
  await must(`set up on Node ${version}`, [node, 'scripts/setup.mjs'], options)
  await must(`build on Node ${version}`, [...bin('tsc'), '-p', 'tsconfig.build.json'], options)
  await must(`unit tests on Node ${version}`, [...bin('vitest'), 'run', '--project', 'unit'], options)
  await must(`package test on Node ${version}`, [...bin('vitest'), 'run', '--project', 'e2e', E2E], options)
  const bench = ['bin/tune.js', 'bench', 'producer', '--duration', '3s']
  await must(`a bench on Node ${version}`, [node, ...bench], options)
}

const failed = []
for (const version of versions) {
  try {
    await testOn(version)
  } catch (error) {
    process.stdout.write(`Node ${version}: ${error.message}\n`)
    failed.push(version)
  }
}
say(failed.length === 0 ? `good on Node ${versions.join(', ')}` : `failed on Node ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
