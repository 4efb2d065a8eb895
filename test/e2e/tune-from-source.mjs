#!/usr/bin/env node
// bin/tune.js without a build: for tests that need a real process of the program's own.
import { register } from 'node:module'

register('./ts-hooks.mjs', import.meta.url)
const { main } = await import('../../src/cli.ts')
await main()
