/** Polls from their due time to their last record's answer: who waits for a task, who runs, whose records are open. */
import type { Clock } from '../core/clock.ts'
import type { OnDone, Operation } from '../core/operation.ts'
import { createCrowd, type Member, OUT } from './crowd.ts'
import type { Lane } from './plan.ts'

export type BatchTimes = Pick<Operation, 'dueMs' | 'offeredMs' | 'sentMs'>

export interface Poll {
  readonly operation: Operation
  readonly lane: Lane
  /** Records of this poll that go to the sink together; it is not over before they are answered. */
  batch(first: number, records: number, times: BatchTimes): Operation
  fail(code: string): void
}

export interface PollsOptions {
  /** Poll n belongs to lane n, n + lanes, …; otherwise to the lane that has been free for longest. */
  readonly paced: boolean
  /** Polls that may wait for their task, at most. */
  readonly waiting: number
  readonly onPolled: OnDone
  /** Comes back when every page was handed over. */
  readonly run: (poll: Poll) => Promise<unknown>
}

class Entry implements Poll, Member {
  readonly operation: Operation
  readonly lane: Lane
  place = OUT
  /** Batches without an answer. */
  open = 0
  isRun = false
  isOver = false
  code: string | undefined
  outcome: 'failed' | 'unknown' = 'failed'

  constructor(operation: Operation, lane: Lane) {
    this.operation = operation
    this.lane = lane
  }

  batch(first: number, records: number, times: BatchTimes): Operation {
    if (!this.isOver) this.open++
    return new Batch(this, first, records, times)
  }

  fail(code: string): void {
    this.code ??= code
  }
}

/** Records of a poll; whose they are is told by themselves. */
class Batch implements Operation {
  readonly first: number
  readonly records: number
  readonly dueMs: number
  readonly offeredMs: number
  sentMs: number
  bytes = 0
  /** Undefined once it was answered, or its poll was over before it came. */
  poll: Entry | undefined

  constructor(poll: Entry, first: number, records: number, { dueMs, offeredMs, sentMs }: BatchTimes) {
    this.first = first
    this.records = records
    this.dueMs = dueMs
    this.offeredMs = offeredMs
    this.sentMs = sentMs
    this.poll = poll.isOver ? undefined : poll
  }
}

export function createPolls(firstLanes: readonly Lane[], options: PollsOptions) {
  const { paced, onPolled, run } = options
  let lanes = firstLanes
  /** What each task has still to do; the first is under way. A task that was taken away ends what it has. */
  const queues = new Map<number, Entry[]>()
  let freeLanes = [...lanes]
  /** Of lanes whose polls were under way when lanes changed: which lane is theirs now; undefined: none. */
  let moved = new Map<Lane, Lane | undefined>()
  const all = createCrowd<Entry>()
  let taken = 0
  let waiting = 0
  let running = 0
  let isFull = false
  let roomListener = () => {}
  let idleListener = () => {}

  const finish = (entry: Entry) => {
    if (entry.isOver || !entry.isRun || entry.open > 0) return
    close(entry, entry.code, entry.outcome)
  }

  const close = (entry: Entry, code: string | undefined, outcome: 'failed' | 'unknown') => {
    entry.isOver = true
    all.delete(entry)
    if (code === undefined) onPolled(entry.operation)
    else onPolled(entry.operation, code, outcome)
  }

  const ran = (entry: Entry) => {
    running--
    entry.isRun = true
    const queue = queues.get(entry.lane.task)
    queue?.shift()
    if (!paced) {
      const lane = moved.size > 0 && moved.has(entry.lane) ? moved.get(entry.lane) : entry.lane
      if (lane !== undefined) freeLanes.push(lane)
    }
    const next = queue?.[0]
    if (next !== undefined) {
      waiting--
      begin(next)
    }
    finish(entry)
    tellRoom()
    if (running === 0) idleListener()
  }

  const tellRoom = () => {
    if (!isFull) return
    isFull = false
    roomListener()
  }

  const begin = (entry: Entry) => {
    running++
    run(entry).then(
      () => ran(entry),
      (error: unknown) => {
        // A defect: it must not pass as a failed poll, nor kill the process from within a promise
        entry.fail(error instanceof Error ? `DEFECT ${error.message}` : 'DEFECT')
        ran(entry)
      },
    )
  }

  const laneOf = (): Lane | undefined => (paced ? lanes[taken % lanes.length] : freeLanes[0])

  return {
    take(operation: Operation): boolean {
      const lane = laneOf()
      if (lane === undefined || waiting >= options.waiting) {
        isFull = true
        return false
      }
      taken++
      if (!paced) freeLanes.shift()
      const entry = new Entry(operation, lane)
      all.add(entry)
      const queue = queues.get(lane.task)
      if (queue === undefined) queues.set(lane.task, [entry])
      else queue.push(entry)
      if (queue === undefined || queue.length === 1) begin(entry)
      else waiting++
      return true
    },

    /** From the next poll on. What is under way or waits stays with its task; no target has two free lanes for it. */
    setLanes(next: readonly Lane[]) {
      const busy = all
        .members()
        .filter(({ isRun }) => !isRun)
        .map(({ lane }) => lane)
      moved = new Map(busy.map((lane) => [lane, next.find((one) => isSame(one, lane))]))
      const taken = new Set(moved.values())
      lanes = next
      freeLanes = next.filter((lane) => !taken.has(lane))
      tellRoom()
    },

    lanes: () => lanes,

    answered(batch: Operation, error?: string, outcome: 'failed' | 'unknown' = 'failed') {
      if (!(batch instanceof Batch)) return
      const { poll: entry } = batch
      if (entry === undefined) return
      batch.poll = undefined
      entry.open--
      if (error !== undefined) {
        entry.code ??= error
        entry.outcome = outcome
      }
      finish(entry)
    },

    onRoom(listener: () => void) {
      roomListener = listener
    },

    /** Not finished yet. */
    open: () => all.size,

    /** Comes back when no poll runs or waits, or at `untilMs`. */
    async idle(clock: Clock, untilMs: number): Promise<void> {
      if (running === 0) return
      const wait = clock.wait(untilMs, false)
      idleListener = wait.wake
      await wait.done
      idleListener = () => {}
    },

    /** Whatever is open is told to be over; its answers are heard no more. */
    giveUp() {
      for (const entry of all.members()) {
        const isBegun = queues.get(entry.lane.task)?.[0] === entry || entry.isRun
        close(entry, '_TIMED_OUT', isBegun ? 'unknown' : 'failed')
      }
      for (const queue of queues.values()) queue.splice(1)
      waiting = 0
    },
  }
}

const isSame = (a: Lane, b: Lane) => a.target === b.target && a.copy === b.copy
