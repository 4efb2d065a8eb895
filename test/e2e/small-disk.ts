import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder on a disk of its own, which looks large until it is filled up. */
export function smallDisk() {
  const dir = mkdtempSync(join(tmpdir(), 'tune-disk-'))
  const mount = (options: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir])
  mount('size=16g')
  return {
    dir,
    /** Leaves so much. */
    fill(leftBytes: number) {
      const { blocks, bfree, bsize } = statfsSync(dir)
      mount(`remount,size=${(blocks - bfree) * bsize + leftBytes}`)
    },
    remove() {
      execFileSync('umount', ['--lazy', dir])
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
