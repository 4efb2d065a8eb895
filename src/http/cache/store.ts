/**
 * What a tier keeps its pages in, by the order in which they go. Bounds and times are the tiers' business.
 * LRU and FIFO are lru-cache: read by `peek`, which moves nothing, it lets go of what came first. Its own bounds are
 * fixed when it is made, and sizes here are tuned while it runs, so it is given none.
 */
import { LRUCache } from 'lru-cache'
import type { EvictionPolicy } from '../setup.ts'
import { createLfu } from './lfu.ts'

export interface Sized {
  /** At least 1. */
  readonly bytes: number
}

export interface Store<V extends Sized> {
  readonly size: number
  readonly bytes: number
  /** Counts as use. */
  get(key: string): V | undefined
  peek(key: string): V | undefined
  put(key: string, value: V): void
  delete(key: string): void
  /** Takes out what the policy would part with first. */
  takeVictim(): V | undefined
  /** All of it, from what goes last to what goes first; none counts as used. */
  values(): Iterable<V>
}

export function createStore<V extends Sized>(policy: EvictionPolicy): Store<V> {
  if (policy === 'LFU') return createLfu<V>()
  const kept = new LRUCache<string, V>({
    maxSize: Number.MAX_SAFE_INTEGER,
    sizeCalculation: ({ bytes }) => bytes,
  })
  return {
    get size() {
      return kept.size
    },
    get bytes() {
      return kept.calculatedSize
    },
    get: (key) => (policy === 'FIFO' ? kept.peek(key) : kept.get(key)),
    peek: (key) => kept.peek(key),
    put(key, value) {
      kept.set(key, value)
    },
    delete(key) {
      kept.delete(key)
    },
    takeVictim: () => kept.pop(),
    values: () => kept.values(),
  }
}
