/** What an answer is, and what all questions share: the platform, the average, how many read. */
import type { Asked, Derived, Reader } from './reader.ts'
import type { TuningStep } from './steps.ts'

export interface Answer extends Asked {
  /** `partitions`, `consumers.fraud`. */
  readonly id: string
  readonly step: TuningStep
  readonly title: string
  /** What there is, where the file says it; what is asked for is in the sizing. */
  readonly have?: number
}

export interface Shared {
  readonly rate: Readonly<Record<string, string>>
  readonly platform: Derived
  readonly average: Derived | undefined
  readonly fanOut: Derived
}

export function sharedOf(read: Reader): Shared {
  const { file } = read
  const peak = read.number('workload.peak') ?? 0
  const now = read.number('workload.now')
  if (now !== undefined && now > peak) {
    throw read.refuse('workload.now', 'must be at most workload.peak', 'the average cannot be above the peak')
  }
  const others = read.number('workload.other-groups') ?? 0
  const groups = file.entries.groups.length + others + (file.sections.has('flink') ? 1 : 0)
  return {
    rate: { rate: 'workload.peak' },
    platform: { text: platformOf(read), source: 'platform.kind' },
    average:
      now === undefined ? undefined : { text: String(now / peak), source: 'workload.now / workload.peak' },
    fanOut: {
      text: String(groups),
      source: `${file.entries.groups.length} groups + ${others} others${file.sections.has('flink') ? ' + Flink' : ''}`,
    },
  }
}

function platformOf(read: Reader): string {
  const kind = read.text('platform.kind')
  const only: Readonly<Record<string, string>> = {
    cluster: 'confluent-cloud',
    units: 'confluent-cloud',
    instance: 'msk',
    controllers: 'self-managed',
  }
  for (const [key, owner] of Object.entries(only)) {
    if (kind === owner || !read.file.given.has(`platform.${key}`)) continue
    throw read.refuse(
      `platform.${key}`,
      `is of ${owner}, and platform.kind is ${kind}`,
      `take one of the two out`,
    )
  }
  if (kind === 'confluent-cloud' && read.file.given.has('platform.brokers')) {
    throw read.refuse(
      'platform.brokers',
      'brokers of Confluent Cloud are not yours to count',
      'units are: platform.units',
    )
  }
  if (kind === 'confluent-cloud') return `confluent-${read.text('platform.cluster')}`
  return kind === 'msk'
    ? `msk-${read.text('platform.instance')}`
    : (read.text('platform.controllers') ?? 'kraft')
}

export function isCloud(read: Reader): boolean {
  return read.text('platform.kind') === 'confluent-cloud'
}

export function have(read: Reader, path: string): { have?: number } {
  const value = read.number(path)
  return value === undefined ? {} : { have: value }
}
