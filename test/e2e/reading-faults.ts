/** What goes wrong while records are read, as data: how each fault is made and undone, and what a run must say of it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { CAUSES, type Cause } from './causes.ts'

export interface ReadingFault extends Pick<Cause, 'name' | 'proxied' | 'strike' | 'undo'> {
  /** It cannot go on: an error says so, behind the report of what was read until then. */
  readonly ends?: RegExp
  readonly limitedBy: RegExp
  /** Every error code of the run has to match. */
  readonly codes?: RegExp
}

/** The same for a while: what is to be read is read in the end. */
function passing({ strike, undo }: Cause, ms: number): Pick<Cause, 'strike'> {
  return {
    async strike(scene) {
      await strike(scene)
      await sleep(ms)
      await undo?.(scene)
      return 0
    },
  }
}

export const READING_FAULTS: readonly ReadingFault[] = [
  { ...CAUSES.stopped, codes: /./, limitedBy: /broker/ },
  { ...CAUSES.killed, codes: /./, limitedBy: /broker/ },
  { ...CAUSES.cut, codes: /./, limitedBy: /broker/ },
  {
    ...CAUSES.narrow,
    ...passing(CAUSES.narrow, 4000),
    name: 'a wire that carries 100 KiB/s',
    codes: /./,
    limitedBy: /broker|network/,
  },
  {
    ...CAUSES.consumeQuota,
    ...passing(CAUSES.consumeQuota, 5000),
    name: 'a consume quota of 100 KiB/s',
    codes: /./,
    limitedBy: /quota|broker/,
  },
  {
    ...CAUSES.deleted,
    ends: /topic \S+ (does not exist|is no longer there)|has been gone/,
    limitedBy: /./,
  },
]
