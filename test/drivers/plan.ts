import type { Operation } from '../../src/core/operation.ts'
import type { Connection, ProducerPlan } from '../../src/drivers/driver.ts'
import type { RecordSource } from '../../src/records/source.ts'

export function connectionTo(bootstrapServers: string, more: Partial<Connection> = {}): Connection {
  return {
    bootstrapServers,
    clientId: 'test',
    security: { protocol: 'PLAINTEXT' },
    connectTimeoutMs: 5000,
    ...more,
  }
}

/** Records of one size; keyed ones have 50 keys. */
export function records(
  bytes: number,
  more: Partial<Pick<RecordSource, 'keyed' | 'headers'>> = {},
): RecordSource {
  const pool = Array.from({ length: 16 }, (_, i) => Buffer.alloc(bytes, 97 + i))
  const keyed = more.keyed ?? false
  const headers = more.headers ?? []
  return {
    poolSize: pool.length,
    value: (n) => pool[n % pool.length] ?? Buffer.alloc(0),
    key: (n) => (keyed ? Buffer.from(`key-${n % 50}`) : null),
    keyed,
    headers,
    bytes: () => bytes,
    meanBytes: bytes,
    maxValueBytes: bytes,
    about: {
      values: `fixed:${bytes}`,
      keys: keyed ? 'uniform:50' : 'none',
      headerBytes: 0,
      seed: 1,
      poolRecords: pool.length,
      poolBytes: pool.length * bytes,
      meanValueBytes: bytes,
      gzipRatio: 1,
    },
  }
}

export function planTo(
  connection: Connection,
  topic: string,
  more: Partial<ProducerPlan> = {},
): ProducerPlan {
  return { connection, topic, partitions: 3, properties: {}, source: records(100), paced: true, ...more }
}

export function operation(first: number, count = 1): Operation {
  return { first, records: count, dueMs: 0, offeredMs: 0, sentMs: 0, bytes: 0 }
}
