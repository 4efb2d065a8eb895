/**
 * What comes and goes with each request. Its members know their place, so that none is looked for.
 * A `Set` or `Map` would do, but for what it costs: when it outgrows its table, the old one goes on pointing to the next
 * (that is how iterators find it), and once one of them has grown old, no quick collection frees any that follows.
 */

export interface Member {
  /** Where it is in its crowd; its crowd's alone to write. OUT: in none. */
  place: number
}

export const OUT = -1

export interface Crowd<T extends Member> {
  add(one: T): void
  /** One that is not there is let be. */
  delete(one: T): void
  /** As they are now, in no order. */
  members(): T[]
  readonly size: number
}

export function createCrowd<T extends Member>(): Crowd<T> {
  const all: T[] = []
  return {
    add(one) {
      one.place = all.length
      all.push(one)
    },
    delete(one) {
      const { place } = one
      if (place === OUT) return
      one.place = OUT
      const last = all.pop()
      if (last === undefined || last === one) return
      last.place = place
      all[place] = last
    },
    members: () => [...all],
    get size() {
      return all.length
    },
  }
}
