/** Reads all sources on one schedule, from a baseline to a final sample. A source that is slow holds up no other. */
import type { Clock } from '../core/clock.ts'
import type { Reading, Source } from './source.ts'

export interface WatchPlan {
  readonly intervalMs: number
  readonly durationMs: number
}

/** What a source said, or why it said nothing; undefined while it has not answered yet. */
export type Answer =
  | { readonly atMs: number; readonly reading: Reading }
  | { readonly atMs: number; readonly error: unknown }

export interface Tick {
  /** From the start of the run, which is when the baseline was asked for. */
  readonly atMs: number
  /** One a source, in their order. */
  readonly answers: readonly (Answer | undefined)[]
}

/** A slow source is waited for that part of an interval, so that the next look is in time for the others. */
const WAITED = 0.9
/** Timers are whole milliseconds, and may be early by one: what is due by then is not waited for again. */
const EARLY_MS = 2
/** For how long the baseline and the final sample are waited for. */
const WHOLE_MS = 10_000

/**
 * @param onTick says whether to go on
 * @returns how it ended
 */
export async function watch(
  { intervalMs, durationMs }: WatchPlan,
  sources: readonly Source[],
  clock: Clock,
  signal: AbortSignal,
  onTick: (tick: Tick) => boolean,
): Promise<'duration' | 'interrupt' | 'told'> {
  const open = sources.map((): Promise<Answer> | undefined => undefined)
  const startMs = clock.nowMs()

  const look = async (untilMs: number): Promise<(Answer | undefined)[]> => {
    const answers = sources.map((): Answer | undefined => undefined)
    const asked = sources.map((source, n) => {
      const question = open[n] ?? ask(source)
      open[n] = question
      return question.then((answer) => {
        answers[n] = answer
        open[n] = undefined
      })
    })
    const { done, wake } = clock.wait(untilMs, false)
    await Promise.race([Promise.all(asked), done])
    wake()
    return [...answers]
  }

  /** Its time is the middle between question and answer. */
  const ask = async (source: Source): Promise<Answer> => {
    const askedMs = clock.nowMs()
    const atMs = () => (askedMs + clock.nowMs()) / 2 - startMs
    try {
      const reading = await source.read()
      return { atMs: atMs(), reading }
    } catch (error) {
      return { atMs: atMs(), error }
    }
  }

  const baseline = await look(startMs + WHOLE_MS)
  if (!onTick({ atMs: 0, answers: baseline })) return 'told'
  for (let isLast = false; !isLast && !signal.aborted; ) {
    // Where a look took longer than the interval, the next one is at its own time, not at once
    const next = Math.floor((clock.nowMs() - startMs + EARLY_MS) / intervalMs + 1) * intervalMs
    const dueMs = startMs + Math.min(next, durationMs)
    const pause = clock.wait(dueMs, false)
    const wake = () => pause.wake()
    signal.addEventListener('abort', wake, { once: true })
    await pause.done
    signal.removeEventListener('abort', wake)
    const atMs = clock.nowMs() - startMs
    isLast = signal.aborted || atMs >= durationMs - EARLY_MS
    const answers = await look(isLast ? clock.nowMs() + WHOLE_MS : dueMs + intervalMs * WAITED)
    if (!onTick({ atMs, answers })) return 'told'
  }
  return signal.aborted ? 'interrupt' : 'duration'
}
