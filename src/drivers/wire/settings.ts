/** Settings as people write them, checked where a driver reads them. */
import { TuneError } from '../../errors.ts'
import type { Connection, Properties } from '../driver.ts'
import { PROPERTY_TABLE } from '../property-table.ts'

export interface WholeNumber {
  readonly fallback: number
  readonly min: number
  readonly max: number
}

/** @throws TuneError CONFIG */
export function wholeNumber(
  properties: Properties,
  key: string,
  { fallback, min, max }: WholeNumber,
): number {
  const text = properties[key]
  if (text === undefined) return fallback
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max) {
    throw new TuneError('CONFIG', `${key}=${text} is not a whole number from ${min} to ${max}`)
  }
  return value
}

/** Where to and how to get in, for the result; no secrets. */
export function connectionValues(connection: Connection): Record<string, string> {
  const { bootstrapServers, clientId, security } = connection
  return {
    'bootstrap.servers': bootstrapServers,
    'client.id': clientId,
    'security.protocol': security.protocol,
    ...(security.sasl && { 'sasl.mechanism': security.sasl.mechanism }),
  }
}

/** Records are bytes already. */
const SERIALIZERS = /^(key|value)\.(de)?serializer$/

/** The names that are neither among `own` nor taken by the connection. */
export function unsupportedOf(properties: Properties, own: ReadonlySet<string>): string[] {
  return Object.keys(properties).filter(
    (key) => !own.has(key) && PROPERTY_TABLE[key]?.connection !== true && !SERIALIZERS.test(key),
  )
}
