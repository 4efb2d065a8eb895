/** A real PostgreSQL on the loopback, ready for logical decoding; run by a user of its own where we are root, whom it refuses. */
import { execFile, execFileSync } from 'node:child_process'
import { appendFileSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { postgresBin } from '../../../scripts/lib/system.mjs'
import { freePorts } from '../../../src/broker/ports.ts'
import { hold } from './hold.ts'

const run = promisify(execFile)

export interface Postgres {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE` */
  readonly url: string
  readonly pid: number
  /** Runs statements with psql; gives what it prints, a row a line, fields parted by `|`. */
  sql(statements: string): Promise<string>
  log(): string
  stop(): Promise<void>
}

/** Debian's package makes it. */
const USER = 'postgres'
const PASSWORD = 'pg-6d1f0e52'

const CONFIG = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  wal_level: 'logical',
  max_wal_senders: '8',
  max_replication_slots: '8',
  shared_buffers: '32MB',
  // the data goes with the test
  fsync: 'off',
}

export async function startPostgres(config: Readonly<Record<string, string>> = {}): Promise<Postgres> {
  const bin = postgresBin()
  if (bin === undefined) throw new Error('no PostgreSQL here; guard the test with lacks("PostgreSQL")')
  const [port = 0] = await freePorts(1)
  const dir = mkdtempSync(join(tmpdir(), 'tune-postgres-'))
  const data = join(dir, 'data')
  const passwordFile = join(dir, 'password')
  try {
    writeFileSync(passwordFile, PASSWORD)
    mkdirSync(data, { mode: 0o700 })
    const asUser = giveAway([dir, data, passwordFile])
    const [initdb = '', ...how] = [
      ...asUser,
      join(bin, 'initdb'),
      ...['-D', data, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync'],
    ]
    // a folder that its user may not enter as the current one is a warning for each of its steps
    await run(initdb, how, { cwd: dir })
    const settings = { ...CONFIG, port: String(port), ...config }
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`)
    appendFileSync(join(data, 'postgresql.conf'), lines.join(''))
    const sql = psql(join(bin, 'psql'), port)
    const held = await hold({
      what: 'PostgreSQL',
      command: {
        argv: [...asUser, join(bin, 'postgres'), '-D', data],
        cwd: dir,
        log: join(dir, 'postgres.log'),
        // "immediate": it ends its children, and gives shared memory back
        endSignal: 'SIGQUIT',
      },
      dir,
      ready: () => sql('select 1'),
    })
    return {
      host: '127.0.0.1',
      port,
      user: USER,
      password: PASSWORD,
      database: 'postgres',
      url: `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`,
      sql,
      ...held,
    }
  } catch (error) {
    rmSync(dir, { recursive: true, force: true })
    throw error
  }
}

function psql(path: string, port: number): Postgres['sql'] {
  return async (statements) => {
    const where = ['-h', '127.0.0.1', '-p', String(port), '-U', USER, '-d', 'postgres']
    const { stdout } = await run(path, [...where, '-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', statements], {
      env: { ...process.env, PGPASSWORD: PASSWORD },
    })
    return stdout.trimEnd()
  }
}

/** What a command line begins with to run as the user whom the paths now belong to; nothing where we are not root. */
function giveAway(paths: readonly string[]): string[] {
  if (process.getuid?.() !== 0) return []
  const id = (flag: string) => Number(execFileSync('id', [flag, USER], { encoding: 'utf8' }))
  const uid = id('-u')
  const gid = id('-g')
  for (const path of paths) chownSync(path, uid, gid)
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--']
}
