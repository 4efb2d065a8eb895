/**
 * Buffers of megabytes that are used again for one answer after the other: a new one each time would be cleared by the
 * kernel, page by page, and be the garbage collector's to find.
 */
import type { FrameRoom } from './frames.ts'

const MIB = 1024 * 1024
/** Below this a new buffer is cheaper than book-keeping. */
const SMALL_BYTES = 64 * 1024
/** One that is filled while another is handled. */
const KEPT = 2

export function createFramePool(): FrameRoom {
  const free: Buffer[] = []
  const lent = new Map<ArrayBufferLike, Buffer>()
  return {
    take(bytes) {
      if (bytes < SMALL_BYTES) return Buffer.allocUnsafe(bytes)
      const index = free.findIndex(({ length }) => length >= bytes)
      // What is too small now will be too small again: it makes place
      const found = index >= 0 ? free.splice(index, 1)[0] : void free.shift()
      const buffer = found ?? Buffer.allocUnsafeSlow(Math.ceil(bytes / MIB) * MIB)
      lent.set(buffer.buffer, buffer)
      return buffer
    },
    give(view) {
      const buffer = lent.get(view.buffer)
      if (buffer === undefined) return
      lent.delete(view.buffer)
      if (free.length < KEPT) free.push(buffer)
    },
  }
}
