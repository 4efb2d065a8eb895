/** What a Connect worker tells of a connector, from its answer. Pure. */
import { z } from 'zod'

export interface TaskStatus {
  readonly id: number
  /** RUNNING, PAUSED, UNASSIGNED, RESTARTING, FAILED */
  readonly state: string
  readonly workerId?: string
  readonly trace?: string
}

export interface ConnectorStatus {
  /** RUNNING, PAUSED, STOPPED, FAILED, UNASSIGNED … */
  readonly state: string
  readonly trace?: string
  readonly tasks: readonly TaskStatus[]
}

const part = { state: z.string(), trace: z.string().optional() }
const Status = z.object({
  connector: z.object(part),
  tasks: z.array(z.object({ ...part, id: z.number(), worker_id: z.string().optional() })),
})

/** undefined: no worker answers like that. */
export function readStatus(document: unknown): ConnectorStatus | undefined {
  const parsed = Status.safeParse(document)
  if (!parsed.success) return undefined
  const { connector, tasks } = parsed.data
  return {
    state: connector.state,
    ...(connector.trace === undefined ? {} : { trace: connector.trace }),
    tasks: tasks.map(({ id, state, worker_id, trace }) => ({
      id,
      state,
      ...(worker_id === undefined ? {} : { workerId: worker_id }),
      ...(trace === undefined ? {} : { trace }),
    })),
  }
}

/** Where a worker has a connector. @param base address of its REST interface */
export function connectorUrl(base: string, name: string, path = ''): string {
  return `${base.replace(/\/+$/, '')}/connectors/${encodeURIComponent(name)}${path}`
}
