/** Every `$ tune …` line in the README and the docs is a command that tune understands. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { unpacedResult } from '../fixtures/result.ts'
import { tuneHere } from './here.ts'

const ROOT = resolve(import.meta.dirname, '../..')

const MEASURED = JSON.stringify(unpacedResult())

function commands(): { file: string; line: string }[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'))
  return ['README.md', ...docs.map((name) => join('docs', name))].flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8').replaceAll(/\\\n\s*/g, '')
    const inBlocks = [...text.matchAll(/^ {4}\$ (tune .*)$/gm)].map(([, line = '']) => line)
    const inTables = [
      ...text.matchAll(/`(tune (?:bench|broker|profile|report|doctor|completion)[^`]*)`/g),
    ].map(([, line = '']) => line)
    return [...inBlocks, ...inTables].map((line) => ({ file, line }))
  })
}

/** Words as a shell would split them; what stands in quotes has no spaces. */
const words = (line: string) =>
  line
    .split(/\s+/)
    .slice(1)
    .map((word) => word.replace(/^'(.*)'$/, '$1'))

/** Benches are planned, not run; what would start or stop something is asked for its help. */
function harmless(args: string[]): string[] {
  if (args[0] === 'bench') return args.includes('--help') ? args : [...args, '--dry-run']
  if (args[0] === 'baseline') return [...args.slice(0, 2), '--help']
  if (args[0] === 'broker' && args[1] !== 'status') return [...args.slice(0, 2), '--help']
  if (args[0] === 'report' || args.includes('--fix')) return [args[0] ?? '', '--help']
  return args
}

describe('the docs', () => {
  const all = commands()

  it('have commands in them', () => {
    expect(all.length).toBeGreaterThan(12)
  })

  it.each(all.filter(({ line }) => !/[|…]|FILE|NAME/.test(line)))('$file: $line', async ({ line }) => {
    const cwd = mkdtempSync(join(tmpdir(), 'tune-docs-'))
    for (const name of ['client.properties', 'cloud.properties']) {
      writeFileSync(join(cwd, name), 'bootstrap.servers=broker.example.com:9092\n')
    }
    // what `tune plan init` writes, but for that line itself
    const plans = line.endsWith('init') ? [] : ['pipeline.yaml', 'old.yaml', 'new.yaml']
    for (const name of plans) cpSync(join(ROOT, 'profiles/pipeline-starter.yaml'), join(cwd, name))
    for (const name of ['p.json', 'c.json']) writeFileSync(join(cwd, name), MEASURED)
    const { code, stderr } = await tuneHere(harmless(words(line)), cwd)
    expect(stderr).not.toMatch(/^error/m)
    expect(code).toBe(0)
  })
})
