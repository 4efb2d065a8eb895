#!/usr/bin/env node
// `npm run quickstart`: sets up, builds, and measures a producer against a throw-away broker. Arguments go to
// `tune bench producer`: npm run quickstart -- --record-size 100
import { join } from 'node:path'
import { run } from './lib/run.mjs'
import { packageDir } from './native.mjs'
import { setup } from './setup.mjs'

async function must(argv) {
  const { code, reason } = await run(argv, { cwd: packageDir })
  if (code === 0) return
  process.stderr.write(`quickstart: ${argv.slice(0, 3).join(' ')} ${reason}\n`)
  process.exit(code ?? 1)
}

// A missing driver is said loudly by the set-up; the bench then takes another.
try {
  await setup()
} catch (error) {
  process.stderr.write(`quickstart: error: ${error.message}\n`)
  process.exit(1)
}
await must([join(packageDir, 'node_modules/.bin/tsc'), '-p', 'tsconfig.build.json'])
await must([process.execPath, join(packageDir, 'bin/tune.js'), 'bench', 'producer', ...process.argv.slice(2)])
