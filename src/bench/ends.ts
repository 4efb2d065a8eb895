import type { Admin } from '../drivers/driver.ts'
import { messageOf } from '../errors.ts'

/** Next offsets of a topic, or why they cannot be read (no right, no topic, no broker): a run goes on without them. */
export async function endsOf(
  admin: Pick<Admin, 'endOffsets'>,
  topic: string,
  partitions: number,
): Promise<number[] | string> {
  try {
    return await admin.endOffsets(topic, partitions)
  } catch (error) {
    return messageOf(error)
  }
}
