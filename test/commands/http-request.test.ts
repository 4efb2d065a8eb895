import { describe, expect, it } from 'vitest'
import { loadOf } from '../../src/bench/http/plan.ts'
import { instancesOf } from '../../src/commands/http-request.ts'
import { ownStubArguments } from '../../src/commands/own-stub.ts'
import { TuneError } from '../../src/errors.ts'
import { baseSetup } from '../../src/http/config/base.ts'
import type { HttpSetup } from '../../src/http/setup.ts'

const setup = (name: string, tasks: number, pollIntervalMs?: number): HttpSetup => {
  const base = baseSetup(name, [{ name, url: `http://localhost/${name}` }])
  return {
    ...base,
    ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }),
    plan: { ...base.plan, tasks },
  }
}

describe('polls', () => {
  it('come from each lane at its interval', () => {
    const instances = instancesOf([setup('a', 3, 1000), setup('b', 1, 500)], undefined)
    expect(instances.map(({ load }) => load)).toEqual([
      { shape: 'constant', ratePerSec: 3 },
      { shape: 'constant', ratePerSec: 2 },
    ])
    expect(loadOf(instances)).toEqual({ shape: 'constant', ratePerSec: 5 })
  })

  it('that are asked for together are shared out by lanes', () => {
    const loads = instancesOf([setup('a', 3, 1000), setup('b', 1)], 20).map(({ load }) => load)
    expect(loads).toEqual([
      { shape: 'constant', ratePerSec: 15 },
      { shape: 'constant', ratePerSec: 5 },
    ])
  })

  it('as fast as answers come keep every lane busy', () => {
    const instances = instancesOf([setup('a', 3), setup('b', 1)], undefined)
    expect(loadOf(instances)).toEqual({ shape: 'unpaced', maxInFlight: 4 })
    expect(loadOf(instancesOf([setup('a', 3, 1000)], -1))).toEqual({ shape: 'unpaced', maxInFlight: 3 })
  })

  it('are not paced here and unpaced there', () => {
    expect(() => instancesOf([setup('a', 1, 1000), setup('b', 1)], undefined)).toThrow(TuneError)
  })
})

describe('flags of the stub', () => {
  it('are its own, behind a prefix', () => {
    const flags = {
      stubLatency: '20ms',
      stubFault: ['reset:1%', 'hang:1%'],
      stubRateLimit: '5/s',
      stubEtag: true,
      tasks: '3',
    }
    expect(ownStubArguments(flags)).toEqual([
      ...['--latency', '20ms', '--fault', 'reset:1%', '--fault', 'hang:1%', '--rate-limit', '5/s', '--etag'],
    ])
  })

  it('are named as they were typed where they are wrong', () => {
    expect(() => ownStubArguments({ stubLatency: 'soon' })).toThrow(/--stub-latency: 'soon'/)
    expect(() => ownStubArguments({ stubFault: ['rest:1%'] })).toThrow(
      /--stub-fault: there is no fault 'rest'/,
    )
  })
})
