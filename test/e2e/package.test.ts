/** The packed tarball, installed where nothing may be written. */
import { execFile, execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nativeCacheDir } from '../../src/native.ts'
import { CALCULATORS } from '../../src/sizing/index.ts'

const root = resolve(import.meta.dirname, '../..')

/** Every path of a folder with the time of its last change. */
function snapshot(dir: string): Record<string, number> {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => !entry.isSymbolicLink()).map((e) => join(e.parentPath, e.name))
  return Object.fromEntries(paths.map((path) => [path, statSync(path).mtimeMs]))
}

function chmodAll(dir: string, write: boolean): void {
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const folder = entry.isDirectory() ? 0o555 : 0o444
    chmodSync(join(entry.parentPath, entry.name), write ? folder | 0o200 : folder)
  }
}

describe('the packed tarball in a read-only prefix', () => {
  let dir: string
  let prefix: string
  let files: string[]
  let before: Record<string, number>

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'tune-pack-'))
    const argv = ['pack', '--json', '--ignore-scripts', '--pack-destination', dir]
    const [packed] = JSON.parse(
      execFileSync('npm', argv, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    )
    files = packed.files.map(({ path }: { path: string }) => path)
    // What `npm i -g --prefix` does, but for its dependencies: those are this checkout's, so no network is needed.
    prefix = join(dir, 'prefix')
    const home = join(prefix, 'lib/node_modules/tune')
    mkdirSync(home, { recursive: true })
    execFileSync('tar', ['-xzf', join(dir, packed.filename), '-C', home, '--strip-components=1'])
    symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'))
    const bin = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).bin.tune
    mkdirSync(join(prefix, 'bin'))
    symlinkSync(join('../lib/node_modules/tune', bin), join(prefix, 'bin/tune'))
    if (existsSync(nativeCacheDir())) {
      const cached = nativeCacheDir({ TUNE_CACHE: join(dir, 'cache') })
      cpSync(nativeCacheDir(), cached, { recursive: true })
    }
    chmodAll(prefix, false)
    before = snapshot(prefix)
  })

  afterAll(() => {
    chmodAll(prefix, true)
    rmSync(dir, { recursive: true })
  })

  /** In an empty folder, with an empty HOME and a cache of its own. */
  function tune(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const cwd = mkdtempSync(join(dir, 'cwd-'))
    const env = { PATH: process.env.PATH, HOME: cwd, TUNE_CACHE: join(dir, 'cache') }
    return new Promise((done) => {
      execFile(
        process.execPath,
        [join(prefix, 'bin/tune'), ...argv],
        { cwd, env },
        (error, stdout, stderr) => {
          done({ code: error === null ? 0 : Number(error.code), stdout, stderr })
        },
      )
    })
  }

  it('holds what runs and no more', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        ...['package.json', 'LICENSE', 'bin/tune.js', 'dist/cli.js', 'poms/kafka.xml'],
        ...['scripts/native.mjs', 'scripts/lib/build-native.mjs', 'scripts/lib/probe-native.mjs'],
      ]),
    )
    expect(files.filter((path) => /^(src|test|benchmarks|\.)|\.ts$|\.map$|\.node$/.test(path))).toEqual([])
  })

  it.each([
    [['--help']],
    [['--version']],
    [['bench', 'producer', '--help']],
    [['broker', '--help']],
    [['broker', 'status', '--json']],
    [['completion', 'bash']],
  ])('runs %j', async (argv) => {
    const { code, stdout, stderr } = await tune(...argv)
    expect({ code, stderr: argv[1] === 'status' ? '' : stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).not.toBe('')
  })

  it('finds the same drivers as the checkout', async () => {
    const { code, stdout } = await tune('doctor', '--json')
    const drivers = JSON.parse(stdout).checks.filter(({ id }: { id: string }) => id.startsWith('driver-'))
    expect(code).toBe(0)
    expect(drivers.map(({ id }: { id: string }) => id)).toEqual([
      ...['driver-confluent', 'driver-kafkajs', 'driver-wire'],
    ])
    const [confluent] = drivers
    if (existsSync(nativeCacheDir())) expect(confluent.level).toBe('ok')
  })

  it('has all that a report in HTML is made of', async () => {
    const sizing = CALCULATORS.partitions.example.split(' ').slice(1)
    const { code, stdout, stderr } = await tune(...sizing, '--report', 'html')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('uPlot=function')
    expect(stdout).toContain('.banner {')
  })

  it('has written nothing into it', () => {
    expect(snapshot(prefix)).toEqual(before)
  })
})
