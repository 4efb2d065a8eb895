import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TuneError } from '../src/errors.ts'
import {
  formatBytes,
  formatBytesPerSec,
  formatCount,
  formatDurationMs,
  formatNumber,
  formatRate,
  formatShare,
  parseBytes,
  parseBytesPerSec,
  parseCount,
  parseDurationMs,
  parsePrice,
  parseRate,
  parseRatio,
  UNPACED,
} from '../src/units.ts'

function errorOf(run: () => unknown): TuneError {
  try {
    run()
  } catch (error) {
    if (error instanceof TuneError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('bytes', () => {
  test.each([
    ['1024', 1024],
    ['0', 0],
    ['1KiB', 1024],
    ['1.5MiB', 1_572_864],
    ['32KB', 32_768],
    ['32k', 32_768],
    ['64MB', 67_108_864],
    ['10m', 10_485_760],
    ['4g', 4_294_967_296],
    ['1 GiB', 1_073_741_824],
    ['2TiB', 2_199_023_255_552],
    ['100 B', 100],
    ['1,048,576', 1_048_576],
    [' 1e3 ', 1000],
  ])('%s is %d bytes: every prefix is a power of 1,024, as the guides mean it', (text, bytes) => {
    expect(parseBytes(text, '--record-size')).toBe(bytes)
  })

  test.each(['', 'x', '12XB', '1..5', '-', '1KiB2', '1,02', 'Infinity', 'NaN', '0x10'])(
    "'%s' is refused, naming the flag, what was given and an example",
    (text) => {
      const error = errorOf(() => parseBytes(text, '--record-size'))
      expect(error.code).toBe('USAGE')
      expect(error.message).toContain('--record-size')
      expect(error.message).toContain(`'${text}'`)
      expect(error.hint).toContain('1.5MiB')
    },
  )

  test('a value outside its range is refused with the limit', () => {
    expect(errorOf(() => parseBytes('-5', '--record-size', { min: 1 })).message).toBe(
      "--record-size: must be at least 1 B, not '-5'",
    )
    expect(errorOf(() => parseBytes('5G', '--record-size', { max: 1024 ** 2 })).message).toBe(
      "--record-size: must be at most 1 MiB, not '5G'",
    )
    expect(errorOf(() => parseBytes('9e99', '--record-size')).message).toContain('at most')
  })

  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [1024 ** 2 - 1, '1 MiB'],
    [67_108_864, '64 MiB'],
    [1024 ** 5, '1,024 TiB'],
  ])('%d bytes read %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

  test('decimals are fixed where a column needs them', () => {
    expect(formatBytes(1_048_576, 2)).toBe('1.00 MiB')
    expect(formatBytes(1_572_864, 0)).toBe('2 MiB')
    expect(formatBytes(614_400, 0)).toBe('600 KiB')
  })
})

describe('counts and rates', () => {
  test.each([
    ['5000', 5000],
    ['100k', 100_000],
    ['1M', 1_000_000],
    ['1.1k', 1100],
    ['2B', 2e9],
    ['1,000,000', 1_000_000],
  ])('%s is %d', (text, count) => expect(parseCount(text, '--num-records')).toBe(count))

  test('a limit that is refused is told with its unit, and never as 0', () => {
    expect(errorOf(() => parseDurationMs('0s', '--behind', { min: 1 })).message).toBe(
      "--behind: must be at least 1 ms, not '0s'",
    )
    expect(errorOf(() => parseRatio('0', '--utilization', { min: 1e-6 })).message).toBe(
      "--utilization: must be at least 0.000001, not '0'",
    )
    expect(errorOf(() => parseRate('2M/s', '--rate', { max: 1e6, paced: true })).message).toBe(
      "--rate: must be at most 1,000,000/s, not '2M/s'",
    )
  })

  test('a count is whole, and within its range', () => {
    expect(errorOf(() => parseCount('1.5', '--num-records')).message).toContain('whole number')
    expect(errorOf(() => parseCount('0', '--num-records', { min: 1 })).message).toBe(
      "--num-records: must be at least 1, not '0'",
    )
    expect(errorOf(() => parseCount('-3', '--num-records')).message).toContain('at least 0')
    expect(errorOf(() => parseCount('1e99', '--num-records')).message).toContain('at most')
  })

  test.each([
    ['5000', 5000],
    ['100k/s', 100_000],
    ['20k', 20_000],
    ['0.5', 0.5],
    ['600/min', 10],
    ['36/h', 0.01],
    ['5000 / sec', 5000],
    ['-1', UNPACED],
  ])('%s is %d per second', (text, perSec) => expect(parseRate(text, '--throughput')).toBe(perSec))

  test('as fast as it goes is no number to plan with', () => {
    const error = errorOf(() => parseRate('-1', '--rate', { paced: true }))
    expect(error.message).toBe("--rate: '-1' is not a rate above 0")
    expect(error.hint).not.toContain('-1')
  })

  test.each(['0', '-2', '-1/s', '5/', '5/fortnight', '5/s/s', 'fast', '/s'])(
    "'%s' is refused as a rate",
    (text) => {
      const error = errorOf(() => parseRate(text, '--throughput'))
      expect(error.code).toBe('USAGE')
      expect(error.message).toContain('--throughput')
    },
  )

  test('they read with thousands separators', () => {
    expect(formatRate(100_000)).toBe('100,000/s')
    expect(formatRate(0.5)).toBe('0.50/s')
    expect(formatCount(1_048_576)).toBe('1,048,576')
    expect(formatCount(1.234, 1)).toBe('1.2')
  })
})

describe('data rates', () => {
  test.each([
    ['100MiB/s', 104_857_600],
    ['100 MB/s', 104_857_600],
    ['60MBps', 62_914_560],
    ['1KB/min', 1024 / 60],
    ['512B/s', 512],
    ['10Gbit/s', 1.25e9],
    ['10Gbps', 1.25e9],
    ['10Gb/s', 1.25e9],
    ['10GB/s', 10 * 1024 ** 3],
    ['100mb/s', 104_857_600],
    ['8bit/s', 1],
    ['800 Mbit/sec', 1e8],
    ['1,000KiB/s', 1_024_000],
  ])('%s is %d bytes per second: bytes by 1,024, bits by 1,000', (text, bytesPerSec) =>
    expect(parseBytesPerSec(text, '--ingress')).toBeCloseTo(bytesPerSec, 9),
  )

  test.each(['100', '100M', '100MiB', '100M/s', '10Gbps/s', 'fast', '', '5 parsec/s', 'NaN'])(
    "'%s' is refused: without its unit it could be anything",
    (text) => {
      const error = errorOf(() => parseBytesPerSec(text, '--ingress'))
      expect(error.message).toBe(`--ingress: '${text}' is not a data rate with its unit`)
      expect(error.hint).toContain('100MiB/s')
    },
  )

  test('a negative one is outside the range', () => {
    expect(errorOf(() => parseBytesPerSec('-5MiB/s', '--ingress')).message).toContain('at least 0')
  })

  test('they read as they are written', () => {
    expect(formatBytesPerSec(102_400_000)).toBe('97.66 MiB/s')
    expect(formatBytesPerSec(1.25e9)).toBe('1.16 GiB/s')
  })
})

describe('times', () => {
  test.each([
    ['10s', 10_000],
    ['500ms', 500],
    ['250us', 0.25],
    ['250µs', 0.25],
    ['2m', 120_000],
    ['2min', 120_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['1.5s', 1500],
    ['0', 0],
  ])('%s is %d ms', (text, ms) => expect(parseDurationMs(text, '--duration')).toBe(ms))

  test.each(['10', '', 's', '10 parsecs', '30m1h', '1m1m', '-5s', '1h,30m', '5s!'])(
    "'%s' is refused as a time",
    (text) => {
      const error = errorOf(() => parseDurationMs(text, '--duration'))
      expect(error.code).toBe('USAGE')
      expect(error.message).toContain(`'${text}'`)
    },
  )

  test('are years where nothing waits for them', () => {
    expect(parseDurationMs('2y', '--retention', { max: 1e12 })).toBe(2 * 365 * 86_400_000)
  })

  test('are at most what a timer can wait', () => {
    expect(parseDurationMs('24d', '--drain-timeout')).toBe(2_073_600_000)
    for (const text of ['25d', '600h', '9999999d']) {
      const error = errorOf(() => parseDurationMs(text, '--drain-timeout'))
      expect(error).toMatchObject({ code: 'USAGE', message: `--drain-timeout: '${text}' is longer than 24d` })
    }
    const bare = () => parseDurationMs('99999999999', '--timeout', { bare: 'ms' })
    expect(errorOf(bare).code).toBe('USAGE')
  })

  test('a bare number is milliseconds only where the Kafka tools take it so', () => {
    expect(parseDurationMs('5000', '--reporting-interval', { bare: 'ms' })).toBe(5000)
  })

  test.each([
    [0, '0 ms'],
    [0.25, '250 µs'],
    [0.9999, '999.9 µs'],
    [12.345, '12.35 ms'],
    [999.999, '1 s'],
    [10_000, '10 s'],
    [59_999, '1m'],
    [125_000, '2m 5s'],
    [3_599_900, '1h'],
    [5_400_000, '1h 30m'],
    [86_399_000, '1d'],
    [7 * 86_400_000, '7d'],
  ])('%d ms reads %s', (ms, text) => expect(formatDurationMs(ms)).toBe(text))
})

describe('ratios', () => {
  test.each([
    ['3x', 3],
    ['60%', 0.6],
    ['60 %', 0.6],
    ['70%', 0.7],
    ['0.6', 0.6],
  ])('%s is %d', (text, ratio) => expect(parseRatio(text, '--compressibility')).toBe(ratio))

  test('anything else is refused', () => {
    for (const text of ['%', '3x%', '60%%']) {
      expect(errorOf(() => parseRatio(text, '--target')).code).toBe('USAGE')
    }
    expect(errorOf(() => parseRatio('3y', '--compressibility')).code).toBe('USAGE')
    expect(errorOf(() => parseRatio('130%', '--target', { max: 1 })).message).toContain('at most 1')
  })

  test('a price is a number, with or without its sign', () => {
    expect(parsePrice('$0.21', '--price')).toBe(0.21)
    expect(parsePrice('1,000', '--price')).toBe(1000)
    expect(errorOf(() => parsePrice('cheap', '--price')).message).toBe("--price: 'cheap' is not a price")
  })

  test('a share reads in per cent', () => {
    expect(formatShare(0.6)).toBe('60 %')
    expect(formatShare(0.9951)).toBe('99.5 %')
  })
})

describe('what is written can be read again', () => {
  test('bytes, within half of the last digit shown', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 50 }), (bytes) => {
        const back = parseBytes(formatBytes(bytes), 'x')
        const unit = 1024 ** Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1)) / 10))
        expect(Math.abs(back - bytes)).toBeLessThanOrEqual(0.0051 * unit + 0.5)
      }),
    )
  })

  test('counts, exactly', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 50 }), (count) => {
        expect(parseCount(formatCount(count), 'x')).toBe(count)
      }),
    )
  })

  test('rates, within half of the last digit shown', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e9, noNaN: true }), (perSec) => {
        const back = parseRate(formatRate(perSec), 'x')
        expect(Math.abs(back - perSec)).toBeLessThanOrEqual(perSec < 10 ? 0.0051 : 0.51)
      }),
    )
  })

  test('data rates, within half of the last digit shown', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e13, noNaN: true }), (bytesPerSec) => {
        const back = parseBytesPerSec(formatBytesPerSec(bytesPerSec), 'x')
        const unit = 1024 ** Math.floor(Math.log2(bytesPerSec) / 10)
        expect(Math.abs(back - bytesPerSec)).toBeLessThanOrEqual(0.0051 * unit + 0.5)
      }),
    )
  })

  test('times, within the resolution of the unit shown', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 2e9, noNaN: true }), (ms) => {
        const back = parseDurationMs(formatDurationMs(ms), 'x')
        const step = ms < 59_500 ? Math.max(0.00001, ms * 0.0051) : ms < 3_600_000 ? 1000 : ms * 0.03
        expect(Math.abs(back - ms)).toBeLessThanOrEqual(step)
      }),
    )
  })
})

describe('numbers are written as Intl writes them, without loading it', () => {
  const anyNumber = fc.oneof(
    fc.double({ min: -1e15, max: 1e15, noNaN: true }),
    fc.double({ min: -10, max: 10, noNaN: true }),
    fc.integer(),
  )

  test('with all their digits', () => {
    const intl = new Intl.NumberFormat('en-US', { maximumFractionDigits: 20 })
    fc.assert(
      fc.property(anyNumber, (value) => {
        fc.pre(!Object.is(value, -0) && (value === 0 || Math.abs(value) > 1e-10))
        // Intl ends after 20 digits behind the point, a double may have more.
        if (String(value).length < 18) expect(formatNumber(value)).toBe(intl.format(value))
      }),
    )
  })

  test.each([0, 1, 2, 4])('with %d decimals', (decimals) => {
    const intl = new Intl.NumberFormat('en-US', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    })
    fc.assert(
      fc.property(anyNumber, (value) => {
        fc.pre(!Object.is(value, -0) && Math.abs(value) < 1e11)
        expect(formatCount(value, decimals)).toBe(intl.format(value))
      }),
    )
  })

  test.each([
    [1.005, '1.01'],
    [0.125, '0.13'],
    [1e-7, '0.00'],
    [999_999.995, '1,000,000.00'],
    [1e21, '1,000,000,000,000,000,000,000.00'],
  ])('%d is %s', (value, text) => {
    expect(formatCount(value, 2)).toBe(text)
  })
})
