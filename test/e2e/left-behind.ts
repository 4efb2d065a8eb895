/** What a run of `tune` may not leave behind, looked for from outside: processes, files, topics. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { cacheDir } from '../../src/broker/paths.ts'
import { resultSchema } from '../../src/core/result.ts'

/** Where one `tune` lives: all that it writes is below, and all its processes carry a mark. */
export interface Home {
  readonly cwd: string
  readonly tmp: string
  readonly cache: string
  readonly env: Readonly<Record<string, string>>
  /** In the environment of every process that came of it. */
  readonly mark: string
}

let made = 0

/** @param cache shared by runs that have to know of each other; of its own when absent */
export function newHome(cache = newCache()): Home {
  const root = mkdtempSync(join(tmpdir(), 'tune-home-'))
  made += 1
  const mark = `TUNE_TEST_HOME=${process.pid}-${made}`
  const [name = '', value = ''] = mark.split('=')
  const home = { cwd: join(root, 'work'), tmp: join(root, 'tmp'), cache }
  for (const dir of [home.cwd, home.tmp]) mkdirSync(dir)
  return { ...home, mark, env: { TMPDIR: home.tmp, TUNE_CACHE: cache, [name]: value } }
}

/** A cache with the jars and the native client of the real one, and nobody's brokers or topics. */
export function newCache(): string {
  const cache = mkdtempSync(join(tmpdir(), 'tune-cache-'))
  for (const name of ['kafka', 'native']) {
    const real = join(cacheDir(), name)
    if (existsSync(real)) symlinkSync(real, join(cache, name))
  }
  return cache
}

/** Command lines of the processes that came of it and still run (Linux; elsewhere nobody can tell). */
export function processesOf({ mark }: Home): string[] {
  if (process.platform !== 'linux') return []
  const found: string[] = []
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark)) continue
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      // A zombie has none: it has ended, and waits for its parent to look
      if (line !== '') found.push(line.slice(0, 200))
    } catch {
      // it ended meanwhile, or is another user's
    }
  }
  return found
}

/** Files under its folders that are no whole results, relative; state files of brokers that run are none of its. */
export function halvesOf({ cwd, tmp, cache }: Home): string[] {
  const results = join(cwd, '.tune', 'results')
  const kept = existsSync(results) ? readdirSync(results) : []
  const halves = kept.filter((name) => {
    if (!name.endsWith('.json') || name.startsWith('.')) return true
    return !resultSchema.safeParse(JSON.parse(readFileSync(join(results, name), 'utf8'))).success
  })
  const others = readdirSync(cwd).filter((name) => name !== '.tune')
  const state = ['brokers', 'topics'].flatMap((name) => {
    const dir = join(cache, name)
    return existsSync(dir) ? readdirSync(dir).filter((file) => !file.endsWith('.json')) : []
  })
  return [...halves, ...others, ...readdirSync(tmp), ...state]
}

/** Topics on a cluster that bear the name of `tune`'s own. */
export async function topicsOn(bootstrapServers: string): Promise<string[]> {
  const admin = new Kafka({ brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    return (await admin.listTopics()).filter((name) => name.startsWith('tune-'))
  } finally {
    await admin.disconnect()
  }
}
