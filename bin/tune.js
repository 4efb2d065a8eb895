#!/usr/bin/env node
import module from 'node:module'

// From Node 22 on: what was compiled once is read again, in folders that the system clears
module.enableCompileCache?.()

const { main } = await import('../dist/cli.js')
await main()
