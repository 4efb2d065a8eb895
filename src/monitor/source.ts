/** Where figures of a connector come from, once a second. */
import type { ConnectorStatus } from '../connect/status.ts'
import type { Point } from './fields.ts'

/** In the order in which their word counts, where several tell the same: a topic is what consumers get. */
export const SOURCE_KINDS = ['topic', 'jolokia', 'prometheus', 'health', 'connect'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]

export interface Reading {
  readonly points: readonly Point[]
  /** Of the Connect REST API. */
  readonly status?: ConnectorStatus
}

export interface Source {
  readonly kind: SourceKind
  /** Its address without secrets, or the name of a topic. */
  readonly shown: string
  /** @throws TuneError, RequestError */
  read(): Promise<Reading>
}
