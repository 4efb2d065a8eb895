import { inject } from 'vitest'
import type { SharedBroker } from './global-setup.ts'

export type { SharedBroker } from './global-setup.ts'

/** False on a machine without a JDK: `describe.skipIf(!hasBroker)`. In CI the whole run fails instead. */
export const hasBroker: boolean = inject('sharedBroker') !== null

/** The small real broker that all e2e tests share. Make topics of new names; do not pause or stop it. */
export function sharedBroker(): SharedBroker {
  const broker = inject('sharedBroker')
  if (broker === null) throw new Error('no broker here; guard the test with describe.skipIf(!hasBroker)')
  return broker
}

let made = 0

/** A topic name that no other test of this run uses. */
export function newTopicName(what = 'topic'): string {
  made += 1
  return `e2e-${what}-${process.pid}-${made}-${Date.now().toString(36)}`
}
