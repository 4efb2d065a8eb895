/** Connect schemas as JsonConverter writes them, found from records or from field mappings. Pure. */
import type { FieldMapping, FieldType } from '../setup.ts'

/** As in the `schema` of an envelope (org.apache.kafka.connect.json.JsonSchema). */
export interface ConnectSchema {
  readonly type: 'string' | 'int32' | 'int64' | 'double' | 'boolean' | 'struct' | 'array'
  readonly optional: boolean
  readonly name?: string
  readonly version?: number
  /** Of a member of a struct. */
  readonly field?: string
  readonly fields?: readonly ConnectSchema[]
  readonly items?: ConnectSchema
}

const OF_TYPE: Readonly<Record<FieldType, Omit<ConnectSchema, 'optional'>>> = {
  STRING: { type: 'string' },
  INTEGER: { type: 'int32' },
  LONG: { type: 'int64' },
  DOUBLE: { type: 'double' },
  BOOLEAN: { type: 'boolean' },
  TIMESTAMP: { type: 'int64', name: 'org.apache.kafka.connect.data.Timestamp', version: 1 },
}

/** What mappings promise. Without validation a field may be null. */
export function schemaOfMappings(mappings: readonly FieldMapping[], validation: boolean): ConnectSchema {
  const fields = mappings.map(({ target, type }) => ({
    ...OF_TYPE[type],
    optional: !validation,
    field: target,
  }))
  return { type: 'struct', optional: false, fields }
}

/**
 * What a record is like: names and types, not values. Records of one shape have one schema.
 * A list is of what its first element is.
 */
export function shapeOf(value: unknown): string {
  if (value === null || value === undefined) return 'n'
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? 'i' : 'd'
    case 'boolean':
      return 'b'
    case 'object': {
      if (Array.isArray(value)) return `[${shapeOf(value[0])}]`
      let shape = '{'
      for (const [name, member] of Object.entries(value)) shape += `${JSON.stringify(name)}${shapeOf(member)}`
      return `${shape}}`
    }
    default:
      return 's'
  }
}

/** JSON does not tell what a null would be, nor whether a field is always there: all are optional, a null is text. */
export function schemaOf(value: unknown): ConnectSchema {
  if (value === null || value === undefined) return { type: 'string', optional: true }
  switch (typeof value) {
    case 'number':
      return { type: Number.isSafeInteger(value) ? 'int64' : 'double', optional: true }
    case 'boolean':
      return { type: 'boolean', optional: true }
    case 'object':
      if (Array.isArray(value)) return { type: 'array', optional: true, items: schemaOf(value[0]) }
      return {
        type: 'struct',
        optional: true,
        fields: Object.entries(value).map(([field, member]) => ({ ...schemaOf(member), field })),
      }
    default:
      return { type: 'string', optional: true }
  }
}
