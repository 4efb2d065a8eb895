// `npm run docs:statistics`: counts how often the gate is right, and puts the table into docs/statistics.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEFAULT_RULES } from '../dist/baseline/gate.js'
import { tally } from '../dist/baseline/rehearsal.js'
import { randomOf } from '../dist/records/random.js'
import { gateAnswers, gateTable } from './lib/gate-table.mjs'
import { packageDir } from './native.mjs'

const page = join(packageDir, 'docs/statistics.md')
const begin = '<!-- gates: made by npm run docs:statistics -->\n'
const end = '<!-- end of gates -->'

const table = gateTable(gateAnswers({ tally, rules: DEFAULT_RULES, randomOf }))
const [before, rest] = readFileSync(page, 'utf8').split(begin)
const after = rest.split(end)[1]
writeFileSync(page, `${before}${begin}\n${table}\n${end}${after}`)
process.stdout.write(table)
