import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createStore, type Store } from '../../../src/http/cache/store.ts'
import type { EvictionPolicy } from '../../../src/http/setup.ts'

interface Value {
  readonly key: string
  readonly bytes: number
}

const filled = (policy: EvictionPolicy, keys: string): Store<Value> => {
  const store = createStore<Value>(policy)
  for (const key of keys) store.put(key, { key, bytes: 10 })
  return store
}
const victims = (store: Store<Value>) => {
  let order = ''
  for (let gone = store.takeVictim(); gone !== undefined; gone = store.takeVictim()) order += gone.key
  return order
}

describe('what goes first', () => {
  it.each<[EvictionPolicy, string, string]>([
    // a is used three times, c twice, d once
    ['LRU', 'aaccda', 'bcda'],
    ['FIFO', 'aaccda', 'abcd'],
    ['LFU', 'aaccda', 'bdca'],
    ['LFU', '', 'abcd'],
  ])('follows the policy: %s', (policy, used, order) => {
    const store = filled(policy, 'abcd')
    for (const key of used) store.get(key)
    expect([...store.values()].map(({ key }) => key)).toEqual([...order].toReversed())
    expect(victims(store)).toBe(order)
    expect([store.size, store.bytes]).toEqual([0, 0])
  })

  it('is not changed by a look that is no use', () => {
    const store = filled('LRU', 'abc')
    expect(store.peek('a')?.key).toBe('a')
    expect(victims(store)).toBe('abc')
  })

  it('is found by LFU where the keys with fewest uses were taken out by hand', () => {
    const store = filled('LFU', 'abc')
    for (const key of 'bbcc') store.get(key)
    store.delete('a')
    expect(victims(store)).toBe('bc')
  })
})

describe('a store', () => {
  it.each<EvictionPolicy>(['LRU', 'LFU', 'FIFO'])('keeps exact account of its bytes: %s', (policy) => {
    const action = fc.record({
      what: fc.constantFrom('put', 'get', 'delete', 'victim'),
      key: fc.constantFrom(...'abcdefgh'),
      bytes: fc.integer({ min: 1, max: 100 }),
    })
    fc.assert(
      fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
        const store = createStore<Value>(policy)
        const model = new Map<string, number>()
        for (const { what, key, bytes } of actions) {
          if (what === 'put') {
            store.put(key, { key, bytes })
            model.set(key, bytes)
          } else if (what === 'get') expect(store.get(key)?.bytes).toBe(model.get(key))
          else if (what === 'delete') {
            store.delete(key)
            model.delete(key)
          } else {
            const gone = store.takeVictim()
            expect(gone === undefined).toBe(model.size === 0)
            if (gone !== undefined) model.delete(gone.key)
          }
          expect(store.size).toBe(model.size)
          expect(store.bytes).toBe([...model.values()].reduce((a, b) => a + b, 0))
          expect(new Set([...store.values()].map((one) => one.key))).toEqual(new Set(model.keys()))
        }
      }),
    )
  })
})
