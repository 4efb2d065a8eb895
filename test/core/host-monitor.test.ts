import { describe, expect, it } from 'vitest'
import {
  diskBytes,
  interfaceBytes,
  lineBytesPerSec,
  memoryRatio,
  networkRatio,
} from '../../src/core/host-monitor.ts'

describe('what /proc says', () => {
  it('tells both directions of every interface but loopback', () => {
    const text = [
      'Inter-|   Receive                                                |  Transmit',
      ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop',
      '    lo: 9999999    100    0    0    0     0          0         0  9999999    100    0    0',
      '  eth0: 1000       10     0    0    0     0          0         0  500        10    0    0',
      ' wlan0:20          1      0    0    0     0          0         0  3          1     0    0',
    ].join('\n')
    expect(interfaceBytes(text)).toEqual([
      { name: 'eth0', received: 1000, sent: 500 },
      { name: 'wlan0', received: 20, sent: 3 },
    ])
  })

  it('counts whole disks once, not their partitions', () => {
    const text = [
      ' 254       0 vda 100 0 800 10 50 0 2000 30 0 10 40',
      ' 254       1 vda1 100 0 800 10 50 0 2000 30 0 10 40',
      ' 259       0 nvme0n1 1 0 8 1 5 0 16 3 0 1 4',
      '   7       0 loop0 1 0 8 1 5 0 999 3 0 1 4',
    ].join('\n')
    expect(diskBytes(text)).toEqual({ read: 808 * 512, written: 2016 * 512 })
  })

  it('does not count the page cache as used memory', () => {
    expect(memoryRatio('MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 700 kB\n')).toBeCloseTo(0.3)
    expect(memoryRatio('garbage')).toBeUndefined()
  })
})

describe('the use of a line', () => {
  const bytes = (name: string, received: number, sent: number) => ({ name, received, sent })
  const gigabit = lineBytesPerSec('1000\n')

  it.each([
    ['1000\n', 125_000_000],
    ['-1\n', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('knows a speed of %j', (text, expected) => {
    expect(lineBytesPerSec(text)).toBe(expected)
  })

  it('is that of the fullest line in its fuller direction', () => {
    const before = [bytes('eth0', 0, 0), bytes('eth1', 1000, 1000)]
    const after = [bytes('eth0', 25_000_000, 125_000_000), bytes('eth1', 1000, 2000)]
    expect(networkRatio(before, after, 2, () => gigabit)).toBe(0.5)
  })

  it('is not known where no line tells its speed', () => {
    const lines = [bytes('eth0', 1, 1)]
    expect(networkRatio(lines, lines, 1, () => undefined)).toBeUndefined()
    expect(networkRatio([], [], 1, () => gigabit)).toBeUndefined()
  })
})
