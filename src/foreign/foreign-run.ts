/** Runs that other tools made, in the names of the metrics' table, as far as their output tells. */
import type { MetricName } from '../core/metrics.ts'

/** Times of one kind; what the tool does not tell is absent. */
export type Times = Readonly<
  Partial<Record<'count' | 'meanMs' | 'p50Ms' | 'p90Ms' | 'p95Ms' | 'p99Ms' | 'p999Ms' | 'maxMs', number>>
>

/** Where `metricValue` finds them, as in a result of ours. */
export interface ForeignRun {
  readonly metrics: Readonly<Record<string, number>>
  readonly latency?: Times
  readonly lateness?: Times
  readonly blocked?: Times
  readonly service?: Times
  readonly publish?: Times
  readonly api?: Times
  readonly poll?: Times
}

export interface ForeignOutput {
  readonly runs: readonly ForeignRun[]
  /** What was asked, as far as it is told; runs that differ in it are not alike. */
  readonly asked: Readonly<Record<string, string>>
  /** Names that a person gave, which do not make runs unlike. */
  readonly called?: Readonly<Record<string, string>>
  /** What a reader has to know of the figures. */
  readonly notes?: readonly string[]
}

export interface ForeignFormat {
  /** As people call the tool. */
  readonly title: string
  /** Of a run of ours that does the same; undefined where the output does not tell what was run. */
  readonly kind: 'producer' | 'consumer' | 'e2e' | 'http' | undefined
  /** What decides a comparison. */
  readonly primary: readonly MetricName[]
  /** By its marks alone. @param document the text as JSON, undefined where it is none */
  isIt(text: string, document: unknown): boolean
  /**
   * @param path for messages
   * @throws TuneError CONFIG where it is cut short or holds no figure
   */
  read(text: string, document: unknown, path: string): ForeignOutput
}

/** Figures that are numbers: what a tool prints as NaN is not measured. */
export function known<Name extends string>(
  figures: Readonly<Partial<Record<Name, number | undefined>>>,
): Partial<Record<Name, number>> {
  const entries = Object.entries(figures).filter(([, value]) => Number.isFinite(value))
  return Object.fromEntries(entries) as Partial<Record<Name, number>>
}

/** MB of Kafka's tools. */
export const MIB = 2 ** 20
