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
  const [until, oldest, committed] = await Promise.all([
    admin.endOffsets(topic, partitions),
    from.kind === 'timestamp'
      ? admin.offsetsAt(topic, partitions, from.epochMs)
      : admin.startOffsets(topic, partitions),
    groupId === undefined ? undefined : admin.committed(groupId, topic, partitions),
  ])
  return { from: beginning().map((offset, partition) => committed?.[partition] ?? offset), until }

  function beginning(): readonly number[] {
    switch (from.kind) {
      case 'latest':
        return until
      case 'offset':
        // An offset that is not there (any more) is moved to the nearest that is
        return oldest.map((low, partition) => Math.min(Math.max(low, from.offset), until[partition] ?? low))
      case 'timestamp':
      case 'earliest':
        return oldest
    }
  }
}
