/** Bytes of a key or a value, as Connect's converters write them. */
import type { MadeSchema } from '../cache/schema-cache.ts'
import type { Converter } from '../setup.ts'
import { type ConnectSchema, schemaOf, shapeOf } from './schema.ts'

export interface Written {
  readonly bytes: Buffer
  /** Of these, what is not the payload. */
  readonly envelopeBytes: number
}

/** Finds a schema by the shape of what it is of, or has it made. */
export type FindSchema = (shape: string, make: () => MadeSchema) => MadeSchema

type Write = (value: unknown, findSchema: FindSchema) => Written

/** What comes as bytes, a page that was not parsed, goes as it is. */
const WRITERS: Readonly<Record<Converter, Write>> = {
  // Connect writes a struct as `Struct{a=1}`; nobody reads that, so an object is JSON here too
  string: (value) => plain(typeof value === 'string' ? value : JSON.stringify(value ?? null)),
  json: (value) => plain(JSON.stringify(value ?? null)),
  'json-with-schema': (value, findSchema) =>
    enveloped(
      value,
      findSchema(shapeOf(value), () => made(schemaOf(value))),
    ),
}

/** @param schema where it is known beforehand; else it is found from each value */
export function createConverter(kind: Converter, schema?: ConnectSchema): Write {
  const write = WRITERS[kind]
  const known = kind === 'json-with-schema' && schema !== undefined ? made(schema) : undefined
  return (value, findSchema) => {
    if (Buffer.isBuffer(value)) return { bytes: value, envelopeBytes: 0 }
    return known === undefined ? write(value, findSchema) : enveloped(value, known)
  }
}

const plain = (text: string): Written => ({ bytes: Buffer.from(text), envelopeBytes: 0 })

function enveloped(value: unknown, { prefix, envelopeBytes }: MadeSchema): Written {
  return { bytes: Buffer.from(`${prefix}${JSON.stringify(value ?? null)}}`), envelopeBytes }
}

function made(schema: ConnectSchema): MadeSchema {
  const prefix = `{"schema":${JSON.stringify(schema)},"payload":`
  return { schema, prefix, envelopeBytes: Buffer.byteLength(prefix) + 1 }
}
