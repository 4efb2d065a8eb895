/** The built `tune size` needs nothing but itself. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CALCULATORS, type CalculatorName } from '../../src/sizing/index.ts'
import { sizingOf } from '../sizing/cases.ts'
import { tune } from './built.ts'

/** Packages that a sizing may load: the command line, the report, the nearest name. */
const PACKAGES = new Set([
  'commander',
  'fastest-levenshtein',
  'chalk',
  'cli-table3',
  // Of cli-table3:
  'string-width',
  'strip-ansi',
  'ansi-regex',
  'is-fullwidth-code-point',
  'emoji-regex',
])

/** Every script of a process that V8 ran, as paths inside the project. */
async function loaded(line: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tune-loaded-'))
  const { code, stderr } = await tune(line.split(' ').slice(1), { env: { NODE_V8_COVERAGE: folder } })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [file = ''] = readdirSync(folder)
  const { result }: { result: { url: string }[] } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  return result.flatMap(({ url }) => (url.startsWith('file:') ? [new URL(url).pathname] : []))
}

describe.each(Object.values(CALCULATORS))('tune size $name', ({ example }) => {
  it('loads no client, no validator and not every calculator', async () => {
    const scripts = await loaded(example)
    const packages = scripts.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [])
    expect(packages).toContain('commander')
    expect(packages.filter((name) => !PACKAGES.has(name))).toEqual([])
    const rooms = new Set(scripts.flatMap((path) => /\/dist\/([a-z]+)\//.exec(path)?.[1] ?? []))
    expect([...rooms].toSorted()).toEqual(['commands', 'report', 'sizing'])
    expect(scripts.filter((path) => path.endsWith('/sizing/index.js'))).toEqual([])
  })
})

describe('JVM options to paste', () => {
  const optionsOf = (name: CalculatorName, texts: Readonly<Record<string, string>>) =>
    sizingOf(name, texts)
      .commands.flatMap(({ lines }) => lines)
      .join(' ')
      .match(/-(?:XX:|Xm|D|server)[^" ]*/g) ?? []

  const start = (options: readonly string[]) =>
    execFileSync('java', [...options, '-version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

  it.each([
    { for: 'connect', base: '64MiB' },
    { for: 'connect', base: '64MiB', gc: 'zgc' },
    { for: 'broker', rate: '1/s', heap: '128MiB' },
    { for: 'producer', rate: '1/s', application: '16MiB' },
  ])('start a JVM: %j', (texts) => {
    const options = optionsOf('memory', { jdk: '17', ...texts })
    expect(options.length).toBeGreaterThan(4)
    expect(() => start(options)).not.toThrow()
  })

  it('of the guide do not: UseCGroupMemoryLimitForHeap is gone', () => {
    expect(() => start(['-XX:+UnlockExperimentalVMOptions', '-XX:+UseCGroupMemoryLimitForHeap'])).toThrow(
      /Unrecognized VM option/,
    )
  })
})
