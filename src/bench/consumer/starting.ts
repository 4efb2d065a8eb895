/** Where each partition is read from, and where it ends, before anything is read. */
import type { Admin } from '../../drivers/driver.ts'
import type { ReadPlan } from './plan.ts'

export interface Starting {
  /** undefined where a group decides and it cannot be seen what it has. */
  readonly from: readonly (number | undefined)[]
  readonly until: readonly number[]
}

export async function startingOffsets(
  { groupId, from }: ReadPlan,
  topic: string,
  partitions: number,
  admin: Admin,
): Promise<Starting> {
  const until = await admin.endOffsets(topic, partitions)
  const begin = await beginning()
  const committed = groupId === undefined ? undefined : await admin.committed(groupId, topic, partitions)
  return { from: begin.map((offset, partition) => committed?.[partition] ?? offset), until }

  async function beginning(): Promise<number[]> {
    switch (from.kind) {
      case 'latest':
        return until
      case 'timestamp':
        return admin.offsetsAt(topic, partitions, from.epochMs)
      case 'offset': {
        const oldest = await admin.startOffsets(topic, partitions)
        // An offset that is not there (any more) is moved to the nearest that is
        return oldest.map((low, partition) => Math.min(Math.max(low, from.offset), until[partition] ?? low))
      }
      case 'earliest':
        return admin.startOffsets(topic, partitions)
    }
  }
}
