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

/** A batch on its way. */
interface Batching {
  readonly findSchema: FindSchema
  readonly values: Buffer[]
  readonly keys: (Buffer | null)[] | undefined
  rejected: Rejected[] | undefined
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

  const { keyPath } = converters

  const reject = (batch: Batching, record: unknown, error: RecordError) => {
    batch.rejected ??= []
    batch.rejected.push({ ...error, record })
    counts.rejected[error.code] = (counts.rejected[error.code] ?? 0) + 1
  }

  const take = (batch: Batching, record: unknown, value: unknown) => {
    const { findSchema, values, keys } = batch
    const written = writeValue(value, findSchema)
    if (written.bytes.length > maxRecordBytes) {
      const message = `it has ${written.bytes.length} B, more than ${maxRecordBytes}`
      return reject(batch, record, { code: 'RECORD_TOO_LARGE', message })
    }
    values.push(written.bytes)
    count(written)
    if (keyPath === undefined || keys === undefined) return
    const found = valueAt(record, keyPath) ?? null
    const key = found === null ? null : writeKey(found, findSchema).bytes
    keys.push(key)
    counts.keyBytes += key?.length ?? 0
  }

  const isOver = ({ rejected }: Batching) => onError === 'fail' && rejected !== undefined

  const convert: Convert = (records, at) => {
    const batch: Batching = {
      findSchema: schemas?.get ?? onceEach(),
      values: [],
      keys: keyPath === undefined ? undefined : [],
      rejected: undefined,
    }
    const fromMs = nowMs()
    let transformedMs = fromMs
    if (transform === undefined) {
      for (const record of records) {
        take(batch, record, record)
        if (isOver(batch)) break
      }
    } else {
      const made = records.map((record) => ({ record, ...transform(record, at) }))
      transformedMs = nowMs()
      for (const one of made) {
        if ('error' in one) reject(batch, one.record, one.error)
        else take(batch, one.record, one.value)
        if (isOver(batch)) break
      }
    }
    counts.transformMs += transformedMs - fromMs
    counts.convertMs += nowMs() - transformedMs
    const { values, keys, rejected } = batch
    return {
      values,
      ...(keys === undefined ? {} : { keys }),
      ...(rejected === undefined ? {} : { rejected, isOver: isOver(batch) }),
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

/** Schemas of one batch; most have none. */
function onceEach(): FindSchema {
  let known: Map<string, ReturnType<FindSchema>> | undefined
  return (shape, make) => {
    known ??= new Map()
    const found = known.get(shape) ?? make()
    known.set(shape, found)
    return found
  }
}
