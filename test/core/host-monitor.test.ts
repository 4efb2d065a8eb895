import { describe, expect, it } from 'vitest'
import { diskBytes, memoryRatio, networkBytes } from '../../src/core/host-monitor.ts'

describe('what /proc says', () => {
  it('adds both directions of every interface but loopback', () => {
    const text = [
      'Inter-|   Receive                                                |  Transmit',
      ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop',
      '    lo: 9999999    100    0    0    0     0          0         0  9999999    100    0    0',
      '  eth0: 1000       10     0    0    0     0          0         0  500        10    0    0',
      ' wlan0:20          1      0    0    0     0          0         0  3          1     0    0',
    ].join('\n')
    expect(networkBytes(text)).toBe(1523)
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
