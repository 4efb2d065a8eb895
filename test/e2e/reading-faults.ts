/** What goes wrong while records are read, as data: how each fault is made and undone, and what a run must say of it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Scene } from './causes.ts'
import { KIB_100, pidOf, setQuota, timed } from './causes.ts'

export interface ReadingFault {
  readonly name: string
  readonly proxied?: boolean
  /** Makes the fault, and undoes it where it passes by itself. @returns how long nothing can have been read, at least */
  strike(scene: Scene): Promise<number>
  undo?(scene: Scene): Promise<unknown>
  /** It cannot go on: an error says so, behind the report of what was read until then. */
  readonly ends?: RegExp
  readonly limitedBy: RegExp
  /** Every error code of the run has to match. */
  readonly codes?: RegExp
}

export const READING_FAULTS: readonly ReadingFault[] = [
  {
    name: 'a broker that stops for 5 s',
    strike: (scene) =>
      timed(async () => {
        process.kill(pidOf(scene), 'SIGSTOP')
        await sleep(5000)
        process.kill(pidOf(scene), 'SIGCONT')
      }),
    codes: /./,
    limitedBy: /broker/,
  },
  {
    name: 'a broker that is killed and started again',
    strike: (scene) => timed(() => scene.cluster.restart(1)),
    codes: /./,
    limitedBy: /broker/,
  },
  {
    name: 'a connection that is cut for 3 s',
    proxied: true,
    strike: ({ proxy }) =>
      timed(async () => {
        proxy.cut()
        await sleep(3000)
        proxy.mend()
      }),
    codes: /./,
    limitedBy: /broker/,
  },
  {
    name: 'a wire that carries 100 KiB/s',
    proxied: true,
    strike: async ({ proxy }) => {
      proxy.limitBytesPerSec(KIB_100)
      await sleep(4000)
      proxy.limitBytesPerSec(undefined)
      return 0
    },
    undo: async ({ proxy }) => proxy.limitBytesPerSec(undefined),
    codes: /./,
    limitedBy: /broker|network/,
  },
  {
    name: 'a consume quota of 100 KiB/s',
    strike: async (scene) => {
      await setQuota(scene, 'consumer_byte_rate', KIB_100)
      await sleep(5000)
      await setQuota(scene, 'consumer_byte_rate', undefined)
      return 0
    },
    undo: (scene) => setQuota(scene, 'consumer_byte_rate', undefined),
    codes: /./,
    limitedBy: /quota|broker/,
  },
  {
    name: 'a topic that is deleted',
    strike: async ({ admin, topic }) => {
      await admin.deleteTopics({ topics: [topic] })
      return 0
    },
    ends: /topic \S+ (does not exist|is no longer there)|has been gone/,
    limitedBy: /./,
  },
]
