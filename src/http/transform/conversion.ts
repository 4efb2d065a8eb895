/** From the records of a page to keys and values of Kafka records: transformed, converted, and held to their size. */

import type { SchemaCache } from '../cache/schema-cache.ts'
import { valueAt } from '../json-path.ts'
import type { ConverterSettings, TransformSettings } from '../setup.ts'
import type { Batch } from '../sink.ts'
import { createConverter, type FindSchema, type Written } from './converters.ts'
import { schemaOfMappings } from './schema.ts'
import { createTransform, type ReadAt, type RecordError, type RecordErrorCode } from './transform.ts'

export interface Rejected extends RecordError {
  /** The record as it was read. */
  readonly record: unknown
}

export interface Converted extends Pick<Batch, 'values' | 'keys'> {
  /** Not among the values. */
  readonly rejected?: readonly Rejected[]
  /** The poll ends here: records behind the one that was rejected were not looked at. */
  readonly isOver?: boolean
}

export type Convert = (records: readonly unknown[], at: ReadAt) => Converted

export interface ConversionCounts {
  readonly records: number
  /** Of values: what a consumer wants, and the schemas around it. */
  readonly payloadBytes: number
  readonly envelopeBytes: number
  readonly keyBytes: number
  readonly rejected: Readonly<Partial<Record<RecordErrorCode, number>>>
  /** Of this thread. */
  readonly transformMs: number
  readonly convertMs: number
}

const newCounts = () => ({
  records: 0,
  payloadBytes: 0,
  envelopeBytes: 0,
  keyBytes: 0,
  rejected: {} as Partial<Record<RecordErrorCode, number>>,
  transformMs: 0,
  convertMs: 0,
})

/** @param schemas undefined: each batch finds its schemas anew */
export function createConversion(
  settings: { readonly transform: TransformSettings; readonly converters: ConverterSettings },
  nowMs: () => number,
  schemas?: SchemaCache,
) {
  const { transform: transforming, converters } = settings
  const { maxRecordBytes, onError } = transforming
  const transform = createTransform(transforming)
  const isMapped = transforming.enabled && transforming.mappings.length > 0 && !transforming.enrichment
  const writeValue = createConverter(
    converters.value,
    isMapped ? schemaOfMappings(transforming.mappings, transforming.validation) : undefined,
  )
  const writeKey = createConverter(converters.key)
  let counts = newCounts()

  const convert: Convert = (records, at) => {
    const findSchema = schemas?.get ?? onceEach()
    const values: Buffer[] = []
    const keys: (Buffer | null)[] = []
    const rejected: Rejected[] = []
    const reject = (record: unknown, error: RecordError) => {
      rejected.push({ ...error, record })
      counts.rejected[error.code] = (counts.rejected[error.code] ?? 0) + 1
    }
    const { keyPath } = converters

    const take = (record: unknown, value: unknown) => {
      const written = writeValue(value, findSchema)
      if (written.bytes.length > maxRecordBytes) {
        const message = `it has ${written.bytes.length} B, more than ${maxRecordBytes}`
        return reject(record, { code: 'RECORD_TOO_LARGE', message })
      }
      values.push(written.bytes)
      count(written)
      if (keyPath === undefined) return
      const found = valueAt(record, keyPath) ?? null
      const key = found === null ? null : writeKey(found, findSchema).bytes
      keys.push(key)
      counts.keyBytes += key?.length ?? 0
    }

    const isOver = () => onError === 'fail' && rejected.length > 0
    const fromMs = nowMs()
    let transformedMs = fromMs
    if (transform === undefined) {
      for (const record of records) {
        take(record, record)
        if (isOver()) break
      }
    } else {
      const made = records.map((record) => ({ record, ...transform(record, at) }))
      transformedMs = nowMs()
      for (const one of made) {
        if ('error' in one) reject(one.record, one.error)
        else take(one.record, one.value)
        if (isOver()) break
      }
    }
    counts.transformMs += transformedMs - fromMs
    counts.convertMs += nowMs() - transformedMs
    return {
      values,
      ...(keyPath === undefined ? {} : { keys }),
      ...(rejected.length === 0 ? {} : { rejected, isOver: isOver() }),
    }
  }

  const count = ({ bytes, envelopeBytes }: Written) => {
    counts.records++
    counts.payloadBytes += bytes.length - envelopeBytes
    counts.envelopeBytes += envelopeBytes
  }

  return {
    convert,
    counts: (): ConversionCounts => ({ ...counts, rejected: { ...counts.rejected } }),
    reset() {
      counts = newCounts()
    },
  }
}

/** Schemas of one batch. */
function onceEach(): FindSchema {
  const known = new Map<string, ReturnType<FindSchema>>()
  return (shape, make) => {
    const found = known.get(shape) ?? make()
    known.set(shape, found)
    return found
  }
}
