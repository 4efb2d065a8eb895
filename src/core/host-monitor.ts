/**
 * The machine that `tune` runs on, from /proc: CPU, memory, network, disk. Elsewhere than on Linux only CPU and memory
 * are known. Not measured is left out, never 0.
 */
import { readFileSync } from 'node:fs'
import { cpus, freemem, totalmem } from 'node:os'
import type { Interval } from './result.ts'

export type HostSample = NonNullable<Interval['host']>

export interface HostMonitor {
  /** Means since the last call. */
  sample(): HostSample
}

interface Counters {
  readonly atMs: number
  readonly busy: number
  readonly total: number
  readonly network: readonly InterfaceBytes[] | undefined
  readonly disk: DiskBytes | undefined
}

export interface InterfaceBytes {
  readonly name: string
  readonly received: number
  readonly sent: number
}

/** Bytes through each interface but loopback. */
export function interfaceBytes(procNetDev: string): InterfaceBytes[] {
  return procNetDev
    .split('\n')
    .slice(2)
    .flatMap((line) => {
      const [name = '', values] = line.split(':')
      if (values === undefined || name.trim() === 'lo') return []
      const fields = values.trim().split(/\s+/).map(Number)
      return [{ name: name.trim(), received: fields[0] ?? 0, sent: fields[8] ?? 0 }]
    })
}

/** Both directions of all interfaces. */
function totalBytes(interfaces: readonly InterfaceBytes[]): number {
  return interfaces.reduce((sum, { received, sent }) => sum + received + sent, 0)
}

const BITS_A_MEGABIT = 1e6

/** Bytes/s of a line from `/sys/class/net/…/speed`, Mbit/s; undefined where the driver says none, as many virtual ones. */
export function lineBytesPerSec(speed: string | undefined): number | undefined {
  const megabits = Number(speed?.trim() || Number.NaN)
  return megabits > 0 ? (megabits * BITS_A_MEGABIT) / 8 : undefined
}

/** How full the fullest line was in its fuller direction; undefined where no line's speed is known. */
export function networkRatio(
  before: readonly InterfaceBytes[],
  after: readonly InterfaceBytes[],
  spanSec: number,
  speedOf: (name: string) => number | undefined,
): number | undefined {
  const ratios = after.flatMap(({ name, received, sent }) => {
    const speed = speedOf(name)
    const first = before.find((one) => one.name === name)
    if (speed === undefined || first === undefined) return []
    return [Math.max(0, received - first.received, sent - first.sent) / spanSec / speed]
  })
  return ratios.length === 0 ? undefined : Math.max(...ratios)
}

const SECTOR_BYTES = 512

export interface DiskBytes {
  readonly read: number
  readonly written: number
}

/** Bytes from and to whole disks; partitions and device-mapper stacks would be counted twice. */
export function diskBytes(procDiskstats: string): DiskBytes {
  let read = 0
  let written = 0
  for (const line of procDiskstats.split('\n')) {
    const fields = line.trim().split(/\s+/)
    const name = fields[2] ?? ''
    if (!/^(sd[a-z]+|vd[a-z]+|xvd[a-z]+|nvme\d+n\d+|mmcblk\d+)$/.test(name)) continue
    read += Number(fields[5] ?? 0) * SECTOR_BYTES
    written += Number(fields[9] ?? 0) * SECTOR_BYTES
  }
  return { read, written }
}

/** Used share of memory: what could not be given to a new program. The page cache does not count as used. */
export function memoryRatio(procMeminfo: string): number | undefined {
  const total = /^MemTotal:\s+(\d+)/m.exec(procMeminfo)?.[1]
  const available = /^MemAvailable:\s+(\d+)/m.exec(procMeminfo)?.[1]
  if (total === undefined || available === undefined) return undefined
  return 1 - Number(available) / Number(total)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function counters(): Counters {
  let busy = 0
  let total = 0
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle
    total += all
    busy += all - times.idle
  }
  const net = read('/proc/net/dev')
  const disk = read('/proc/diskstats')
  return {
    atMs: performance.now(),
    busy,
    total,
    network: net === undefined ? undefined : interfaceBytes(net),
    disk: disk === undefined ? undefined : diskBytes(disk),
  }
}

export function startHostMonitor(): HostMonitor {
  let last = counters()
  const speeds = new Map<string, number | undefined>()
  const speedOf = (name: string) => {
    if (!speeds.has(name)) speeds.set(name, lineBytesPerSec(read(`/sys/class/net/${name}/speed`)))
    return speeds.get(name)
  }
  return {
    sample() {
      const now = counters()
      const spanSec = Math.max(0.001, (now.atMs - last.atMs) / 1000)
      const meminfo = read('/proc/meminfo')
      const memory = meminfo === undefined ? 1 - freemem() / totalmem() : memoryRatio(meminfo)
      const rate = (from: number | undefined, to: number | undefined) =>
        from === undefined || to === undefined ? undefined : Math.max(0, to - from) / spanSec
      const cpuRatio = now.total > last.total ? (now.busy - last.busy) / (now.total - last.total) : undefined
      const bytesOf = ({ network }: Counters) => (network === undefined ? undefined : totalBytes(network))
      const networkBytesPerSec = rate(bytesOf(last), bytesOf(now))
      const lines = networkRatio(last.network ?? [], now.network ?? [], spanSec, speedOf)
      const diskReadBytesPerSec = rate(last.disk?.read, now.disk?.read)
      const diskWriteBytesPerSec = rate(last.disk?.written, now.disk?.written)
      last = now
      return {
        ...(cpuRatio === undefined ? {} : { cpuRatio }),
        ...(memory === undefined ? {} : { memoryRatio: memory }),
        ...(networkBytesPerSec === undefined ? {} : { networkBytesPerSec }),
        ...(lines === undefined ? {} : { networkRatio: lines }),
        ...(diskReadBytesPerSec === undefined ? {} : { diskReadBytesPerSec }),
        ...(diskWriteBytesPerSec === undefined ? {} : { diskWriteBytesPerSec }),
      }
    },
  }
}
