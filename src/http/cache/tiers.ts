/**
 * Tiers of a cache, from hot to cold. What is kept lies in one tier only:
 * - it comes into the first tier;
 * - what a full tier parts with goes down to the next whose TTL it is still within, else it is let go (demotion);
 * - what is past a tier's TTL goes down likewise, when it is asked for or at the next clean-up;
 * - what is found further down goes up to the first tier whose TTL it is within (promotion).
 * A TTL counts from when a page was fetched or confirmed, wherever it has been since: no tier serves anything older
 * than its TTL.
 */
import { sum } from '../../core/sum.ts'
import type { CacheSettings, CacheTierSettings } from '../setup.ts'
import { createStore, type Sized, type Store } from './store.ts'
import { tunedEntries } from './tuning.ts'

export interface Kept extends Sized {
  readonly key: string
  readonly fetchedMs: number
  /** Worth keeping past its time, until its room is needed. */
  readonly isRenewable: boolean
}

export interface TierCounts {
  readonly name: string
  /** Asked after the tiers above had nothing. */
  readonly lookups: number
  readonly hits: number
  /** undefined: never asked. */
  readonly hitRatio: number | undefined
  /** Left for want of room. */
  readonly evicted: number
  readonly entries: number
  /** What it may hold now; auto-tuning moves it. */
  readonly maxEntries: number
  readonly bytes: number
}

export type Found<V> = { readonly value: V; readonly ageMs: number; readonly isFresh: boolean } | undefined

interface Tier<V extends Sized> extends CacheTierSettings {
  readonly store: Store<V>
  limit: number
  total: Use
  /** Since sizes were last tuned. */
  recent: Use
}

interface Use {
  lookups: number
  hits: number
  evicted: number
}

const newUse = (): Use => ({ lookups: 0, hits: 0, evicted: 0 })
const newMoves = () => ({ expired: 0, promoted: 0, demoted: 0 })

type TierSettings = Pick<CacheSettings, 'tiers' | 'maxBytes' | 'evictionThreshold' | 'evictionBatch'>

export function createTiers<V extends Kept>(settings: TierSettings) {
  const { maxBytes = Number.POSITIVE_INFINITY, evictionThreshold = 1, evictionBatch = 1 } = settings
  const byteLimit = maxBytes * evictionThreshold
  const tiers = settings.tiers.map(
    (tier): Tier<V> => ({
      ...tier,
      store: createStore(tier.policy),
      limit: tier.maxEntries,
      total: newUse(),
      recent: newUse(),
    }),
  )
  const moves = newMoves()
  let mostBytes = 0

  const bytes = () => sum(tiers.map(({ store }) => store.bytes))

  const note = (tier: Tier<V>, what: keyof Use, times = 1) => {
    tier.total[what] += times
    tier.recent[what] += times
  }

  /** The first tier from `from` on that may serve something of that age; -1: none. */
  const tierFor = (ageMs: number, from: number) =>
    tiers.findIndex(({ ttlMs }, n) => n >= from && ageMs < ttlMs)

  const evict = (tier: Tier<V>, most: number): V[] => {
    const gone: V[] = []
    while (gone.length < most) {
      const victim = tier.store.takeVictim()
      if (victim === undefined) break
      gone.push(victim)
    }
    note(tier, 'evicted', gone.length)
    return gone
  }

  const place = (value: V, index: number, nowMs: number) => {
    const tier = tiers[index]
    if (tier === undefined) return
    // Room first: what comes in has been used least of all and would go at once
    if (tier.store.size + 1 > Math.max(1, Math.floor(tier.limit * evictionThreshold))) {
      demote(evict(tier, evictionBatch), index, nowMs)
    }
    tier.store.put(value.key, value)
  }

  const demote = (values: readonly V[], from: number, nowMs: number) => {
    for (const value of values) {
      const to = tierFor(nowMs - value.fetchedMs, from + 1)
      if (to < 0) continue
      moves.demoted++
      place(value, to, nowMs)
    }
  }

  const remove = (key: string) => {
    for (const { store } of tiers) store.delete(key)
  }

  return {
    find(key: string, nowMs: number): Found<V> {
      for (const [index, tier] of tiers.entries()) {
        note(tier, 'lookups')
        const value = tier.store.get(key)
        if (value === undefined) continue
        const ageMs = nowMs - value.fetchedMs
        if (ageMs < tier.ttlMs) {
          note(tier, 'hits')
          const higher = tierFor(ageMs, 0)
          if (higher < index) {
            tier.store.delete(key)
            moves.promoted++
            place(value, higher, nowMs)
          }
          return { value, ageMs, isFresh: true }
        }
        if (tierFor(ageMs, index + 1) >= 0) {
          tier.store.delete(key)
          demote([value], index, nowMs)
          continue
        }
        if (value.isRenewable) return { value, ageMs, isFresh: false }
        tier.store.delete(key)
        moves.expired++
      }
      return undefined
    },

    /** @returns false where it is larger than all the room there is; then nothing is kept under its key */
    put(value: V, nowMs: number): boolean {
      remove(value.key)
      if (value.bytes > byteLimit) return false
      while (bytes() + value.bytes > byteLimit) {
        // The coldest goes first, and for good
        const coldest = tiers.findLast(({ store }) => store.size > 0)
        if (coldest === undefined) break
        evict(coldest, evictionBatch)
      }
      place(value, tierFor(nowMs - value.fetchedMs, 0), nowMs)
      mostBytes = Math.max(mostBytes, bytes())
      return true
    },

    remove,

    /** Moves nothing and counts nothing. */
    peek(key: string): V | undefined {
      for (const { store } of tiers) {
        const value = store.peek(key)
        if (value !== undefined) return value
      }
      return undefined
    },

    /** Takes out, or down, what is past its time, but for what is renewable. */
    cleanUp(nowMs: number): void {
      for (const [index, { store, ttlMs }] of tiers.entries()) {
        for (const value of [...store.values()]) {
          const ageMs = nowMs - value.fetchedMs
          if (ageMs < ttlMs) continue
          const isOver = tierFor(ageMs, index + 1) < 0
          if (isOver && value.isRenewable) continue
          store.delete(value.key)
          if (isOver) moves.expired++
          else demote([value], index, nowMs)
        }
      }
    },

    /** Sizes follow the hit ratio since the last time; what is too much then goes down. */
    tune(nowMs: number): void {
      for (const [index, tier] of tiers.entries()) {
        const { maxEntries: configured, limit: maxEntries, store, recent } = tier
        tier.limit = tunedEntries({ configured, maxEntries, entries: store.size, ...recent })
        tier.recent = newUse()
        if (store.size > tier.limit) demote(evict(tier, store.size - tier.limit), index, nowMs)
      }
    },

    /** Of each tier from what goes last to what goes first. */
    values: (): readonly V[] => tiers.flatMap(({ store }) => [...store.values()]),

    moves: (): Readonly<ReturnType<typeof newMoves>> => ({ ...moves }),
    bytes,
    mostBytes: () => mostBytes,
    counts: (): readonly TierCounts[] =>
      tiers.map(({ name, total, limit, store }) => ({
        name,
        ...total,
        hitRatio: total.lookups === 0 ? undefined : total.hits / total.lookups,
        entries: store.size,
        maxEntries: limit,
        bytes: store.bytes,
      })),

    /** Counts begin again; what is kept stays. */
    reset(): void {
      Object.assign(moves, newMoves())
      mostBytes = bytes()
      for (const tier of tiers) tier.total = newUse()
    },
  }
}
