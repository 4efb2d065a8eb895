/** What is polled, and how: the one model that every dialect of configuration is translated to. */
import type { Paging } from './pager.ts'
import type { RetryPlan } from './retry.ts'
import type { Rate } from './token-bucket.ts'

/** One API or entity: what a source connector keeps an offset for. */
export interface Target {
  readonly name: string
  /** With the query that is not the pager's. */
  readonly url: string
}

export interface PollPlan {
  readonly targets: readonly Target[]
  readonly tasks: number
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly paging: Paging
  /** Pages of a poll at a time, where their places are known beforehand. */
  readonly threads: number
  /** Pages that were fetched and wait for the sink, at most, with several threads. */
  readonly queuePages: number
  /** False: bodies are counted and let go, one record each. */
  readonly parse: boolean
  /** Where a page has its records; undefined: where APIs usually have them. */
  readonly recordsPath?: string
  /** Records that are converted and handed to the sink in one go. */
  readonly batchRecords: number
  readonly rateLimit?: Rate
  readonly retry: RetryPlan
}

/** One that polls by itself: a target by the task that has it, or one of several tasks that all poll the same. */
export interface Lane {
  readonly target: Target
  readonly task: number
  /** 0, or the how many-eth that polls this target: what it brings is there already. */
  readonly copy: number
}

/**
 * Who polls what. Several targets are dealt out to the tasks, as Confluent does with entities and APIs: more tasks than
 * targets have nothing to do. One target is polled by each task, as by connectors whose tasks all get the same
 * configuration: N times the requests, and each record N times.
 */
export function dealLanes({ targets, tasks }: Pick<PollPlan, 'targets' | 'tasks'>): readonly Lane[] {
  const [only, ...more] = targets
  if (only !== undefined && more.length === 0) {
    return Array.from({ length: tasks }, (_, task) => ({ target: only, task, copy: task }))
  }
  return targets.map((target, index) => ({ target, task: index % tasks, copy: 0 }))
}
