/** What properties of the guide do to polls, cache, tasks and records; on a test clock, from their names to the numbers. */
import { describe, expect, it } from 'vitest'
import type { Batch } from '../../../src/http/sink.ts'
import { listOf } from '../fake-api.ts'
import { type Properties, playProperties } from './at-work.ts'

const OFFSET = { 'pagination.type': 'offset', 'pagination.limit.value': '10' }

/** Where polls went, one after the other. */
const pathsOf = (asked: readonly { path: string }[]) => asked.map(({ path }) => path)

describe('requests', () => {
  it('ask for pages of the size that pagination.limit.value says', async () => {
    const ask = (limit: string) =>
      playProperties(
        { 'pagination.type': 'offset', 'pagination.limit.value': limit },
        { pollsPerSec: 1, api: { answer: listOf(30) } },
      )
    const [large, small] = [await ask('20'), await ask('5')]
    expect(pathsOf(large.asked)).toEqual(['/records?limit=20', '/records?limit=20&offset=20'])
    expect(small.asked).toHaveLength(7)
    expect([large.counts.records, small.counts.records]).toEqual([30, 30])
  })

  it('go to the addresses that http.source.url.pattern stands for, and to no others', async () => {
    const { asked } = await playProperties(
      { 'http.source.url.pattern': 'http://api.test/[a-c]*' },
      { pollsPerSec: 6, api: { answer: listOf(5) } },
    )
    expect(pathsOf(asked)).toEqual(['/a', '/b', '/c', '/a', '/b', '/c'])
  })

  it('take turns by http.load.balancing.strategy', async () => {
    const { asked, counts } = await playProperties(
      {
        'http.source.endpoints': '["http://one.test", "http://two.test", "http://three.test"]',
        'http.load.balancing.strategy': 'ROUND_ROBIN',
      },
      { pollsPerSec: 6, api: { answer: listOf(5) } },
    )
    const turns = asked.map(({ origin }) => origin)
    expect(turns.slice(0, 3).toSorted()).toEqual(['http://one.test', 'http://three.test', 'http://two.test'])
    expect(turns.slice(3)).toEqual(turns.slice(0, 3))
    expect(counts.records).toBe(30)
  })

  it('come in a burst or evenly by rate.limit.algorithm', async () => {
    const ask = async (algorithm: string) => {
      const { asked } = await playProperties(
        {
          'tasks.max': '4',
          'rate.limit.enabled': 'true',
          'rate.limit.requests.per.second': '10',
          'rate.limit.algorithm': algorithm,
        },
        { maxInFlight: 4, durationMs: 450, drainMs: 0, api: { answer: listOf(1), latencyMs: 1 } },
      )
      return asked.map(({ atMs }) => atMs)
    }
    expect((await ask('TOKEN_BUCKET')).filter((atMs) => atMs < 50)).toHaveLength(10)
    expect(await ask('LEAKY_BUCKET')).toEqual([0, 100, 200, 300, 400])
  })
})

describe('a cache', () => {
  /** Pages are asked for in this order, each a while after the one before. @returns which were asked of the API */
  const order = async (properties: Properties, letters: string) => {
    const at = (n: number) => `http://api.test/${letters[n]}`
    let n = 0
    const { asked } = await playProperties(
      { 'cache.enabled': 'true', ...properties },
      {
        pollsPerSec: 10,
        durationMs: letters.length * 100,
        plan: {
          targets: [
            {
              name: 'x',
              get url() {
                return at(n++)
              },
            },
          ],
        },
        api: { answer: listOf(1) },
      },
    )
    return pathsOf(asked)
      .map((path) => path.slice(1))
      .join('')
  }

  // a is used often, then last of all b; c comes and one has to go; who is asked for again tells which
  const USES = 'aaabcab'
  const TWO_OF = (tier: string, policy: string): Properties => ({
    [`cache.${tier}.max.size`]: '2',
    [`cache.${tier}.policy`]: policy,
  })

  it.each(['l1', 'l2', 'l3'])('evicts from %s what the policy of that tier says', async (tier) => {
    // LRU: a was used longest ago, so a and then b; LFU: b was used least; FIFO: a came first
    expect(await order(TWO_OF(tier, 'LRU'), USES)).toBe('abcab')
    expect(await order(TWO_OF(tier, 'LFU'), USES)).toBe('abcb')
    expect(await order(TWO_OF(tier, 'FIFO'), 'abacb')).toBe('abc')
    expect(await order(TWO_OF(tier, 'LRU'), 'abacb')).toBe('abcb')
  })

  it('evicts by cache.eviction.policy where a tier has none of its own', async () => {
    const by = (policy: string) => ({ 'cache.response.max.size': '2', 'cache.eviction.policy': policy })
    expect(await order(by('LRU'), USES)).toBe('abcab')
    expect(await order(by('LFU'), USES)).toBe('abcb')
    expect(await order(by('FIFO'), 'abacb')).toBe('abc')
    expect(await order({ ...by('FIFO'), ...TWO_OF('l1', 'LRU') }, 'abacb')).toBe('abcb')
  })

  it('is warmed only where cache.warming.enabled says so', async () => {
    const warm = async (enabled: string) => {
      const { asked, seen } = await playProperties(
        {
          'cache.enabled': 'true',
          'cache.warming.enabled': enabled,
          'cache.warming.schedule': '* * * * * *',
          'cache.warming.patterns': '["records"]',
        },
        { pollsPerSec: 0.5, durationMs: 3500, api: { answer: listOf(5) } },
      )
      return { asked: asked.length, runs: seen.warming?.runs }
    }
    // One by the first poll; the second finds it
    expect(await warm('false')).toEqual({ asked: 1, runs: undefined })
    expect(await warm('true')).toEqual({ asked: 4, runs: 3 })
  })

  it('counts hits over a window where cache.statistics.enabled says so', async () => {
    const counts = async (enabled: string) => {
      const { seen } = await playProperties(
        {
          'cache.response.ttl.seconds': '1000',
          'cache.statistics.enabled': enabled,
          'cache.statistics.window.minutes': '1',
        },
        // One miss, long before the end
        { pollsPerSec: 0.1, durationMs: 150_000, api: { answer: listOf(5) } },
      )
      return [seen.cache?.hitRatio, seen.cache?.windowHitRatio]
    }
    expect(await counts('true')).toEqual([14 / 15, 1])
    expect(await counts('false')).toEqual([14 / 15, undefined])
  })

  it('is tuned each cache.auto.tuning.interval.minutes', async () => {
    const most = async (minutes: string) => {
      const { seen } = await playProperties(
        {
          ...OFFSET,
          'cache.response.max.size': '4',
          'cache.auto.tuning.interval.minutes': minutes,
        },
        // Eight pages by turns never hit in a cache for four
        { pollsPerSec: 0.1, durationMs: 200_000, api: { answer: listOf(70) } },
      )
      return seen.cache?.tiers[0]?.maxEntries
    }
    expect(await most('4')).toBe(4)
    expect(await most('3')).toBe(5)
    // At 1, 2 and 3 minutes: 5, 7, 9; with 9 all eight find room
    expect(await most('1')).toBe(9)
  })
})

describe('tasks', () => {
  it('are looked at each auto.scaling.evaluation.interval.minutes', async () => {
    const times = async (minutes: string) => {
      const { seen } = await playProperties(
        {
          'auto.scaling.enabled': 'true',
          'auto.scaling.max.tasks': '4',
          'auto.scaling.evaluation.interval.minutes': minutes,
        },
        { pollsPerSec: 0.1, durationMs: 250_000, api: { answer: listOf(5) } },
      )
      return seen.scaling?.map(({ atMs }) => atMs)
    }
    expect(await times('1')).toEqual([60_000, 120_000, 180_000, 240_000])
    expect(await times('2')).toEqual([120_000, 240_000])
  })
})

describe('records', () => {
  /** Keys and values as the sink gets them, batch by batch. */
  const written = async (properties: Properties, records: number) => {
    const batches: { keys: string[]; values: string[] }[] = []
    const { seen } = await playProperties(
      properties,
      {
        pollsPerSec: 1,
        api: { answer: listOf(records, records) },
        sink: (onDone) => ({
          send({ operation, keys = [], values }: Batch) {
            batches.push({ keys: keys.map(String), values: values.map(String) })
            queueMicrotask(() => onDone(operation))
            return true
          },
          flushHint: () => {},
          onRoom: () => {},
          drain: async () => {},
        }),
      },
      { keyPath: 'id' },
    )
    return { batches, envelopeBytes: seen.conversion.envelopeBytes }
  }
  const one = async (properties: Properties) => (await written(properties, 1)).batches[0]

  it('are mapped where transformation.enabled says so', async () => {
    const mapped = (enabled: string) =>
      one({
        'transformation.enabled': enabled,
        'transformation.field.mappings': '[{"source": "id", "target": "name", "type": "STRING"}]',
      })
    expect((await mapped('true'))?.values).toEqual(['{"name":"0"}'])
    expect((await mapped('false'))?.values).toEqual(['{"id":0}'])
  })

  it('are handed on so many at a time as transformation.batch.size says', async () => {
    const sizes = async (size: string) =>
      (await written({ 'transformation.batch.size': size }, 10)).batches.map(({ values }) => values.length)
    expect(await sizes('4')).toEqual([4, 4, 2])
    expect(await sizes('10')).toEqual([10])
  })

  const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter'
  const STRING_CONVERTER = 'org.apache.kafka.connect.storage.StringConverter'

  it('are written by value.converter', async () => {
    const mapped = { 'transformation.field.mappings': '[{"source": "id", "target": "id", "type": "LONG"}]' }
    const [wrapped, text] = [
      await written({ ...mapped, 'value.converter': JSON_CONVERTER }, 1),
      await written({ ...mapped, 'value.converter': STRING_CONVERTER }, 1),
    ]
    expect(JSON.parse(wrapped.batches[0]?.values[0] ?? '')).toMatchObject({ payload: { id: 0 }, schema: {} })
    expect(wrapped.envelopeBytes).toBeGreaterThan(0)
    expect([text.batches[0]?.values, text.envelopeBytes]).toEqual([['{"id":0}'], 0])
  })

  it('have keys by key.converter', async () => {
    expect((await one({ 'key.converter': STRING_CONVERTER }))?.keys).toEqual(['0'])
    const [key = ''] = (await one({ 'key.converter': JSON_CONVERTER }))?.keys ?? []
    expect(JSON.parse(key)).toMatchObject({ payload: 0 })
  })
})
