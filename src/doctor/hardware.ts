/** What it runs on, as far as it changes figures. */
import { tmpdir } from 'node:os'
import type { Check } from './check.ts'

const GIB = 2 ** 30

/** A broker of a bench has 1 GiB of heap, and keeps at most 4 GiB of records. */
const MIN_MEMORY_BYTES = 3 * GIB
const MIN_DISK_BYTES = 6 * GIB
/** Tune on one, a broker on the other. */
const MIN_CORES = 2
const MIN_FILES = 4096

const gib = (bytes: number) => `${(bytes / GIB).toFixed(1)} GiB`

export const cores: Check = {
  id: 'cores',
  title: 'cores',
  look: async ({ cores: count }) =>
    count >= MIN_CORES
      ? { level: 'ok', text: String(count) }
      : { level: 'warn', text: `${count}: a broker on this machine will disturb what is measured` },
}

export const memory: Check = {
  id: 'memory',
  title: 'memory',
  look: async ({ memoryBytes }) =>
    memoryBytes >= MIN_MEMORY_BYTES
      ? { level: 'ok', text: gib(memoryBytes) }
      : {
          level: 'warn',
          text: `${gib(memoryBytes)}: a measured broker takes 1 GiB of heap and its page cache`,
        },
}

export const disk: Check = {
  id: 'disk',
  title: 'free disk',
  async look({ freeDiskBytes }) {
    const dir = tmpdir()
    const free = freeDiskBytes(dir)
    if (free >= MIN_DISK_BYTES) return { level: 'ok', text: `${gib(free)} in ${dir}` }
    const remedy = 'free space there, or set TMPDIR to a folder on a larger disk'
    return { level: 'warn', text: `${gib(free)} in ${dir}: a broker keeps up to 4 GiB there`, remedy }
  },
}

const CLOCKS = '/sys/devices/system/clocksource/clocksource0'

/** Read in user space, in tens of nanoseconds; any other takes a system call (`man 7 vdso`). */
const FAST_CLOCKS = new Set(['tsc', 'kvm-clock', 'arch_sys_counter', 'hyperv_clocksource_tsc_page'])

export const clock: Check = {
  id: 'clock',
  title: 'clock source',
  async look({ read }) {
    const current = read(`${CLOCKS}/current_clocksource`)
    if (current === undefined) return { level: 'ok', text: 'not shown by this system' }
    if (FAST_CLOCKS.has(current)) return { level: 'ok', text: current }
    const better = read(`${CLOCKS}/available_clocksource`)
      ?.split(' ')
      .find((name) => FAST_CLOCKS.has(name))
    const text = `${current}: reading it is slow, which costs rate`
    if (better === undefined) return { level: 'warn', text }
    const remedy = `echo ${better} | sudo tee ${CLOCKS}/current_clocksource`
    return { level: 'warn', text, remedy }
  },
}

export const governor: Check = {
  id: 'governor',
  title: 'CPU governor',
  async look({ read }) {
    const current = read('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor')
    if (current === undefined) return { level: 'ok', text: 'not shown by this system (a virtual machine?)' }
    if (current === 'performance') return { level: 'ok', text: current }
    const remedy = 'sudo cpupower frequency-set -g performance'
    return { level: 'warn', text: `${current}: the clock speed changes while it is measured`, remedy }
  },
}

export const files: Check = {
  id: 'files',
  title: 'open files',
  async look({ read }) {
    const limit = /^Max open files\s+(\S+)/m.exec(read('/proc/self/limits') ?? '')?.[1]
    if (limit === undefined) return { level: 'ok', text: 'limit not shown by this system' }
    if (limit === 'unlimited' || Number(limit) >= MIN_FILES) return { level: 'ok', text: `limit ${limit}` }
    return {
      level: 'warn',
      text: `limit ${limit}: a broker opens three a partition`,
      remedy: 'ulimit -n 65536',
    }
  },
}
