/**
 * Lets go of what was used least often; of several, of what has been so for longest. Uses are counted since it came in.
 * Written here because no kept package has it: those of that name on npm have no size in bytes, are years without a
 * release, or keep another policy (TinyLFU admits by a sketch, so what is evicted could not be told beforehand).
 */
import type { Sized, Store } from './store.ts'

export function createLfu<V extends Sized>(): Store<V> {
  const entries = new Map<string, { value: V; uses: number }>()
  /** Keys by number of uses, in the order in which they got there. */
  const byUses = new Map<number, Set<string>>()
  let bytes = 0
  /** No key has fewer. */
  let fewest = 1

  const join = (key: string, uses: number) => {
    const group = byUses.get(uses)
    if (group === undefined) byUses.set(uses, new Set([key]))
    else group.add(key)
  }
  const leave = (key: string, uses: number) => {
    const group = byUses.get(uses)
    group?.delete(key)
    if (group?.size === 0) byUses.delete(uses)
  }
  const remove = (key: string) => {
    const entry = entries.get(key)
    if (entry === undefined) return undefined
    leave(key, entry.uses)
    entries.delete(key)
    bytes -= entry.value.bytes
    return entry.value
  }

  return {
    get size() {
      return entries.size
    },
    get bytes() {
      return bytes
    },
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      leave(key, entry.uses)
      if (fewest === entry.uses && !byUses.has(fewest)) fewest++
      entry.uses++
      join(key, entry.uses)
      return entry.value
    },
    peek: (key) => entries.get(key)?.value,
    put(key, value) {
      const known = entries.get(key)
      if (known !== undefined) {
        bytes += value.bytes - known.value.bytes
        known.value = value
        return
      }
      entries.set(key, { value, uses: 1 })
      join(key, 1)
      bytes += value.bytes
      fewest = 1
    },
    delete(key) {
      remove(key)
    },
    takeVictim() {
      if (entries.size === 0) return undefined
      // Deleting leaves gaps that only a search can find
      if (!byUses.has(fewest)) fewest = Math.min(...byUses.keys())
      const [key] = byUses.get(fewest) ?? []
      return key === undefined ? undefined : remove(key)
    },
    *values() {
      for (const uses of [...byUses.keys()].toSorted((a, b) => b - a)) {
        for (const key of [...(byUses.get(uses) ?? [])].toReversed()) {
          const entry = entries.get(key)
          if (entry !== undefined) yield entry.value
        }
      }
    },
  }
}
