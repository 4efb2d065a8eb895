/** What a record becomes before it is written: its mapped fields, and where and when it was read. Pure. */
import { valueAt } from '../json-path.ts'
import type { TransformSettings } from '../setup.ts'
import { castTo } from './field-types.ts'

export type RecordErrorCode = 'FIELD_MISSING' | 'FIELD_TYPE' | 'NO_OBJECT' | 'RECORD_TOO_LARGE'

/** Why a record is not written. */
export interface RecordError {
  readonly code: RecordErrorCode
  readonly message: string
}

/** Where a record comes from; enrichment adds it. */
export interface ReadAt {
  /** Name of the target. */
  readonly source: string
  readonly epochMs: number
}

/** Names of what enrichment adds. */
export const ENRICHED = { source: '_source', readAt: '_read_at' } as const

export type Transformed = { readonly value: unknown } | { readonly error: RecordError }

type Transform = (record: unknown, at: ReadAt) => Transformed

/** undefined where records stay as they are. */
export function createTransform(settings: TransformSettings): Transform | undefined {
  const { mappings, validation, enrichment } = settings
  if (!settings.enabled || (mappings.length === 0 && !enrichment)) return undefined

  const mapped = (record: unknown): Transformed => {
    const value: Record<string, unknown> = {}
    for (const { source, target, type } of mappings) {
      const found = valueAt(record, source)
      const isThere = found !== undefined && found !== null
      const cast = isThere ? castTo(type, found) : undefined
      if (cast === undefined && validation) {
        return {
          error: isThere
            ? { code: 'FIELD_TYPE', message: `${source} is no ${type}` }
            : { code: 'FIELD_MISSING', message: `there is no ${source}` },
        }
      }
      value[target] = cast ?? null
    }
    return { value }
  }

  return (record, at) => {
    const made = mappings.length === 0 ? { value: record } : mapped(record)
    if (!enrichment || 'error' in made) return made
    const { value } = made
    if (typeof value !== 'object' || value === null || Array.isArray(value) || Buffer.isBuffer(value)) {
      return { error: { code: 'NO_OBJECT', message: 'only an object can be enriched' } }
    }
    return { value: { ...value, [ENRICHED.source]: at.source, [ENRICHED.readAt]: at.epochMs } }
  }
}
