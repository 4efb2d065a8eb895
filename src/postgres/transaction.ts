/** A transaction of prepared statements: committed as a whole, refused for certain, or unknown. */
import { countedAs, isLost } from './errors.ts'
import type { Session, Value } from './session.ts'

export interface Statement {
  /** It is prepared under this. */
  readonly name: string
  readonly sql: string
  readonly values: readonly Value[]
  /** How many rows it must change; anything else takes the transaction back. */
  readonly rows: number
}

/** `unknown`: the connection was lost while it committed. */
export type Outcome =
  | { readonly outcome: 'committed' }
  | { readonly outcome: 'failed' | 'unknown'; readonly code: string }

/** The code under which a transaction is counted whose rows were not there (any more). */
export const ROW_GONE = 'ROW_GONE'

/** Never throws. A single statement of one row is a transaction of its own, as an application would have it. */
export async function transact(session: Session, statements: readonly Statement[]): Promise<Outcome> {
  const [only] = statements
  if (only === undefined) return { outcome: 'committed' }
  if (statements.length === 1 && only.rows === 1) {
    try {
      const rows = await session.run(only.name, only.sql, only.values)
      return rows === 1 ? { outcome: 'committed' } : { outcome: 'failed', code: ROW_GONE }
    } catch (error) {
      return { outcome: isLost(error) ? 'unknown' : 'failed', code: countedAs(error) }
    }
  }
  let isCommitting = false
  try {
    await session.query('begin')
    for (const { name, sql, values, rows } of statements) {
      if ((await session.run(name, sql, values)) === rows) continue
      await session.query('rollback')
      return { outcome: 'failed', code: ROW_GONE }
    }
    isCommitting = true
    await session.query('commit')
    return { outcome: 'committed' }
  } catch (error) {
    if (!isLost(error)) await session.query('rollback').catch(() => {})
    return { outcome: isCommitting && isLost(error) ? 'unknown' : 'failed', code: countedAs(error) }
  }
}
