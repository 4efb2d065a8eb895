/** A database of tests: knows its rows, answers when it is told to, and says what was committed. */
import type { Session, Value } from '../../../src/postgres/session.ts'

export interface FakeDatabase {
  open(): Promise<Session>
  /** Statements in the order they came, one line a statement. */
  readonly log: string[]
  readonly rows: Set<number>
  /** The next statement of that name, or SQL, fails so. */
  fail(name: string, error: Error & { code?: string }): void
  /** All sessions are lost, and none can be made, until `up`. */
  down(): void
  up(): void
}

export function fakeDatabase(firstRows: readonly number[] = []): FakeDatabase {
  const rows = new Set(firstRows)
  const log: string[] = []
  const failing = new Map<string, Error>()
  const open = new Set<AbortController>()
  let isDown = false
  const lost = () => Object.assign(new Error('Connection terminated unexpectedly'), {})

  const failIfTold = (name: string) => {
    const error = failing.get(name)
    failing.delete(name)
    if (error !== undefined) throw error
    if (isDown) throw lost()
  }

  function session(): Session {
    const gone = new AbortController()
    open.add(gone)
    let undo: (() => void)[] = []
    const change = (name: string, ids: readonly (string | number)[]): number => {
      let changed = 0
      for (const id of ids.map(Number)) {
        const isThere = rows.has(id)
        if (name === 'tune-insert') {
          rows.add(id)
          undo.push(() => rows.delete(id))
          changed++
        } else if (isThere) {
          if (name === 'tune-delete') {
            rows.delete(id)
            undo.push(() => rows.add(id))
          }
          changed++
        }
      }
      return changed
    }
    return {
      async query(sql) {
        log.push(sql)
        failIfTold(sql)
        if (sql === 'rollback') for (const step of undo.toReversed()) step()
        if (sql === 'rollback' || sql === 'commit') undo = []
        return []
      },
      async run(name, _sql, values: readonly Value[]) {
        const [ids] = values
        if (!Array.isArray(ids)) throw new Error('no ids')
        log.push(`${name} ${ids.length}`)
        failIfTold(name)
        return change(name, ids)
      },
      lost: gone.signal,
      close: async () => void open.delete(gone),
    }
  }

  return {
    async open() {
      if (isDown) throw lost()
      return session()
    },
    log,
    rows,
    fail: (name, error) => void failing.set(name, error),
    down() {
      isDown = true
      for (const gone of open) gone.abort(lost())
    },
    up() {
      isDown = false
    },
  }
}
