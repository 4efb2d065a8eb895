import { describe, expect, it } from 'vitest'
import { stubOptions } from '../../src/commands/stub-flags.ts'

describe('flags of the stub API', () => {
  it('are read in the units that people write', () => {
    expect(
      stubOptions({
        records: '1M',
        recordBytes: '1KiB',
        latency: 'lognormal:20ms:0.5',
        stall: '3s:1s',
        rateLimit: '20/s:50',
        fault: ['reset:1%'],
        errorRate: '0.05',
      }),
    ).toMatchObject({
      records: 1_000_000,
      recordBytes: 1024,
      latency: { kind: 'lognormal', medianMs: 20, sigma: 0.5 },
      stall: { afterMs: 3000, forMs: 1000 },
      rateLimit: { perSec: 20, burst: 50 },
      faults: [
        { kind: 'reset', share: 0.01 },
        { kind: 'error', share: 0.05 },
      ],
    })
    expect(stubOptions({ rateLimit: '0.5' }).rateLimit).toEqual({ perSec: 0.5, burst: 1 })
  })

  it.each([
    [{ latency: 'lognormal:20ms' }, /lognormal:MEDIAN:SIGMA/],
    [{ stall: '3s' }, /AFTER:FOR/],
    [{ rateLimit: '-1' }, /a rate above 0/],
    [{ grow: '-1' }, /a rate above 0/],
    [{ fault: ['rest:1%'] }, /no fault 'rest'/],
    [{ fault: ['reset'] }, /KIND:SHARE/],
  ])('say what is wrong: %j', (flags, message) => {
    expect(() => stubOptions(flags)).toThrow(message)
  })
})
