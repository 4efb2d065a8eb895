import type { Admin } from '../drivers/driver.ts'
import { messageOf } from '../errors.ts'

/** Removes a topic of `tune`'s own. The result is there by now: a cluster that has gone away must not take it along. */
export async function removeTopic(
  topic: string,
  { admin, note }: { readonly admin: Admin; readonly note: (text: string) => void },
): Promise<void> {
  try {
    await admin.remove(topic)
  } catch (error) {
    note(`topic ${topic} could not be removed: ${messageOf(error)}`)
  }
}
