import type { ClientResult } from './result.ts'

/** What the sums of a client's batches come to; absent where the client does not tell, or sent none. */
export function batchFigures(sums: NonNullable<ClientResult['health']['client']['sums']>): {
  batchRecords?: number
  batchBytes?: number
  compressionRatio?: number
} {
  const { batches, batchRecords, batchWireBytes, batchPayloadBytes } = sums
  return {
    ...(batches && batchRecords !== undefined ? { batchRecords: batchRecords / batches } : {}),
    ...(batches && batchWireBytes !== undefined ? { batchBytes: batchWireBytes / batches } : {}),
    ...(batchWireBytes && batchPayloadBytes !== undefined
      ? { compressionRatio: batchPayloadBytes / batchWireBytes }
      : {}),
  }
}
