/** Who may import whom, held by reading the import lines. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = resolve(import.meta.dirname, '../src')

/** Rooms that a room may use, besides itself and the ground floor. Types may come from anywhere below. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  commands: [
    'baseline',
    'bench',
    'broker',
    'completion',
    'connect',
    'core',
    'doctor',
    'drivers',
    'foreign',
    'http',
    'monitor',
    'plan',
    'postgres',
    'profiles',
    'records',
    'report',
    'sizing',
    'workers',
  ],
  baseline: ['core'],
  bench: ['connect', 'core', 'drivers', 'http', 'postgres', 'records'],
  broker: [],
  completion: [],
  connect: ['http', 'postgres'],
  core: [],
  doctor: ['broker', 'drivers'],
  drivers: [],
  foreign: ['core'],
  http: ['core', 'records'],
  monitor: ['connect', 'core', 'http'],
  plan: ['sizing'],
  postgres: [],
  profiles: ['core', 'drivers', 'http'],
  records: [],
  report: ['core'],
  sizing: [],
  workers: ['bench', 'core', 'drivers', 'records'],
}

/** Types only: a driver knows what an operation looks like, but never measures. */
const TYPE_ROOMS: Readonly<Record<string, readonly string[]>> = {
  bench: ['broker'],
  drivers: ['core', 'records'],
  monitor: ['drivers'],
  plan: ['profiles'],
  report: ['bench', 'plan', 'sizing'],
  records: ['core'],
}

/** A library has one door, or a few. */
const DOORS: Readonly<Record<string, RegExp>> = {
  commander: /^(cli|commands\/)/,
  chalk: /^report\//,
  'cli-table3': /^report\//,
  'hdr-histogram-js': /^(core\/histogram|report\/hlog)\.ts$/,
  yaml: /^profiles?(\/|\.ts)|^profiles\//,
  kafkajs: /^drivers\//,
  '@confluentinc/kafka-javascript': /^(drivers\/|broker\/mock|native)/,
  '@platformatic/kafka': /^drivers\/wire\//,
  jstat: /^baseline\/statistics\/quantiles\.ts$/,
  pg: /^postgres\/session\.ts$/,
  undici: /^http\/client\.ts$/,
  'lru-cache': /^http\/cache\/(store|schema-cache)\.ts$/,
  croner: /^http\/cache\/schedule\.ts$/,
}

interface Import {
  file: string
  target: string
  typeOnly: boolean
}

function imports(): Import[] {
  const found: Import[] = []
  for (const entry of readdirSync(SRC, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue
    const path = join(entry.parentPath, entry.name)
    const text = readFileSync(path, 'utf8')
    const statements = text.matchAll(
      /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[\w*{][^'"]*?from\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g,
    )
    for (const [, , type, from, dynamic] of statements) {
      const name = from ?? dynamic ?? ''
      const target = name.startsWith('.') ? relative(SRC, resolve(dirname(path), name)) : name
      found.push({ file: relative(SRC, path), target, typeOnly: type !== undefined })
    }
  }
  return found
}

const room = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : '')

describe('the layout of the code', () => {
  const all = imports()

  it('finds the imports it is about', () => {
    expect(all.length).toBeGreaterThan(200)
  })

  it('lets each room use only what lies below it', () => {
    const wrong = all.filter(({ file, target, typeOnly }) => {
      const from = room(file)
      const to = room(target)
      if (!target.endsWith('.ts') || to === '' || from === '' || from === to) return false
      const allowed = [...(ROOMS[from] ?? []), ...(typeOnly ? (TYPE_ROOMS[from] ?? []) : [])]
      return !allowed.includes(to)
    })
    expect(wrong).toEqual([])
  })

  it('has a line here for every room', () => {
    const rooms = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(rooms.map(({ name }) => name).toSorted()).toEqual(Object.keys(ROOMS).toSorted())
  })

  it('lists every command and every driver in the index of its folder', () => {
    const commands = readdirSync(join(SRC, 'commands')).filter((name) =>
      /export function command\(/.test(readFileSync(join(SRC, 'commands', name), 'utf8')),
    )
    const listed = all
      .filter(({ file }) => /^commands\/(index|bench)\.ts$/.test(file))
      .map(({ target }) => target)
    expect(commands.filter((name) => !listed.includes(`commands/${name}`))).toEqual([])

    const drivers = readdirSync(join(SRC, 'drivers'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    )
    const loaded = all.filter(({ file }) => file === 'drivers/index.ts').map(({ target }) => target)
    expect(drivers.filter(({ name }) => !loaded.includes(`drivers/${name}/driver.ts`))).toEqual([])
  })

  it('lets each library in by its own door', () => {
    const wrong = all.filter(({ file, target, typeOnly }) => {
      const door = DOORS[target]
      return door !== undefined && !typeOnly && !door.test(file)
    })
    expect(wrong).toEqual([])
  })

  it('has no circles', () => {
    const next = new Map<string, string[]>()
    for (const { file, target, typeOnly } of all) {
      if (target.endsWith('.ts') && !typeOnly) next.set(file, [...(next.get(file) ?? []), target])
    }
    const circle = (start: string): string[] | undefined => {
      const seen = new Set<string>()
      const walk = (file: string, path: string[]): string[] | undefined => {
        for (const to of next.get(file) ?? []) {
          if (to === start) return [...path, to]
          if (seen.has(to)) continue
          seen.add(to)
          const found = walk(to, [...path, to])
          if (found !== undefined) return found
        }
        return undefined
      }
      return walk(start, [start])
    }
    expect([...next.keys()].map(circle).filter((found) => found !== undefined)).toEqual([])
  })

  it('asks neither clock nor chance outside their files', () => {
    const texts = readdirSync(SRC, { recursive: true, withFileTypes: true })
      .filter(
        (entry) => entry.isFile() && /(core|records)$/.test(entry.parentPath) && entry.name.endsWith('.ts'),
      )
      .filter((entry) => !/^(clock|host-monitor|tool-monitor)\.ts$/.test(entry.name))
      .filter((entry) =>
        /Date\.now\(|Math\.random\(|performance\.now\(|setTimeout\(/.test(
          readFileSync(join(entry.parentPath, entry.name), 'utf8'),
        ),
      )
    expect(texts.map(({ name }) => name)).toEqual([])
  })
})
