#!/usr/bin/env node
// `npm test`: sets up, builds, lints, checks types, runs every test. A step that fails is a failure, and the last line
// is always `N passed, N failed, N skipped`. Arguments go to vitest: npm test -- test/core
//   --full    the long matrices too
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, since } from './lib/run.mjs'
import { packageDir } from './native.mjs'

const isFull = process.argv.includes('--full')
const toVitest = process.argv.slice(2).filter((arg) => arg !== '--full')
const bin = (name) => join(packageDir, 'node_modules/.bin', name)
const env = { ...process.env, ...(isFull ? { TUNE_TEST_FULL: '1' } : {}) }
const failed = []

async function step(name, argv) {
  const start = performance.now()
  process.stdout.write(`\n== ${name}\n`)
  const { code, reason } = await run(argv, { cwd: packageDir, env })
  if (code !== 0) failed.push(name)
  process.stdout.write(`== ${name}: ${code === 0 ? 'ok' : `FAILED (${reason})`}, ${since(start)}\n`)
  return code === 0
}

/** The counts of vitest's JSON; a file that does not load is one failure. */
function counts(file) {
  try {
    const { testResults } = JSON.parse(readFileSync(file, 'utf8'))
    const tests = testResults.flatMap((result) => result.assertionResults)
    const count = (...statuses) => tests.filter(({ status }) => statuses.includes(status)).length
    const broken = testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
    )
    return {
      passed: count('passed'),
      failed: count('failed') + broken.length,
      skipped: count('pending', 'skipped', 'todo', 'disabled'),
    }
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
}

const folder = mkdtempSync(join(tmpdir(), 'tune-test-'))
const json = join(folder, 'results.json')
let sums = { passed: 0, failed: 0, skipped: 0 }
try {
  const isReady =
    (await step('set up', [process.execPath, join(packageDir, 'scripts/setup.mjs')])) &&
    (await step('build', [bin('tsc'), '-p', 'tsconfig.build.json']))
  if (isReady) {
    await step('lint', [bin('biome'), 'check', '.'])
    await step('types', [bin('tsc'), '-p', '.'])
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${json}`]
    await step('tests', [bin('vitest'), 'run', ...reporters, ...toVitest])
    sums = counts(json)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
// The test step is counted by its tests, unless vitest itself broke.
const steps = failed.filter((name) => name !== 'tests' || sums.failed === 0)
if (sums.skipped > 0) process.stdout.write(`\n!!! ${sums.skipped} tests were skipped, see SKIPPED above\n`)
if (steps.length > 0) process.stdout.write(`\nfailed steps: ${steps.join(', ')}\n`)
process.stdout.write(
  `\n${sums.passed} passed, ${sums.failed + steps.length} failed, ${sums.skipped} skipped\n`,
)
process.exitCode = failed.length === 0 && sums.failed === 0 ? 0 : 1
