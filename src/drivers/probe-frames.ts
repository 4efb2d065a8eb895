/** The few frames of the probe, by the protocol guide (https://kafka.apache.org/protocol). */

const CLIENT_ID = 'tune'

const METADATA_KEY = 3
const SASL_HANDSHAKE_KEY = 17

/** A request with header version 1: size, key, version, correlation id, client id. */
export function request(apiKey: number, apiVersion: number, body: Buffer): Buffer {
  const header = Buffer.alloc(14 + CLIENT_ID.length)
  header.writeInt32BE(10 + CLIENT_ID.length + body.length, 0)
  header.writeInt16BE(apiKey, 4)
  header.writeInt16BE(apiVersion, 6)
  header.writeInt32BE(1, 8)
  header.writeInt16BE(CLIENT_ID.length, 12)
  header.write(CLIENT_ID, 14)
  return Buffer.concat([header, body])
}

/** Versions that the broker takes, by API key. */
export type ApiVersions = ReadonlyMap<number, { min: number; max: number }>

/** ApiVersions v0: correlation id, error, array of key, min, max. undefined when it is none. */
export function parseApiVersions(body: Buffer): ApiVersions | undefined {
  if (body.length < 10 || body.readInt32BE(0) !== 1) return undefined
  const count = body.readInt32BE(6)
  if (count < 1 || body.length < 10 + count * 6) return undefined
  const versions = new Map<number, { min: number; max: number }>()
  for (let i = 0; i < count; i++) {
    const at = 10 + i * 6
    versions.set(body.readInt16BE(at), { min: body.readInt16BE(at + 2), max: body.readInt16BE(at + 4) })
  }
  return versions
}

/** A Metadata request for no topic, in a version that this broker takes; undefined where its form is not known here. */
export function metadataRequest(versions: ApiVersions): Buffer | undefined {
  const range = versions.get(METADATA_KEY)
  if (range === undefined) return undefined
  // v0 takes no topics as all topics; from v4 there is a flag for creating, from v8 more
  const version = Math.max(1, range.min)
  if (version > Math.min(7, range.max)) return undefined
  const noTopics = Buffer.alloc(version >= 4 ? 5 : 4)
  return request(METADATA_KEY, version, noTopics)
}

export function saslHandshake(mechanism: string): Buffer {
  const body = Buffer.alloc(2 + mechanism.length)
  body.writeInt16BE(mechanism.length, 0)
  body.write(mechanism, 2)
  return request(SASL_HANDSHAKE_KEY, 1, body)
}

/** SaslHandshake v1: correlation id, error, the mechanisms that the broker has. */
export function parseSaslHandshake(body: Buffer): { error: number; mechanisms: string[] } {
  const mechanisms: string[] = []
  if (body.length < 10) return { error: -1, mechanisms }
  let at = 10
  for (let left = body.readInt32BE(6); left > 0 && at + 2 <= body.length; left--) {
    const length = body.readInt16BE(at)
    mechanisms.push(body.toString('latin1', at + 2, at + 2 + length))
    at += 2 + length
  }
  return { error: body.readInt16BE(4), mechanisms }
}
