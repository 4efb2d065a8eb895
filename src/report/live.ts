/**
 * Progress on stderr. On a terminal a few lines rewritten in place; elsewhere a plain line every 5 s, for logs.
 * Called once a second with what is known already, so that it costs the measurement nothing.
 */
import type { Progress } from '../bench/progress.ts'
import { formatCount, formatRate } from '../units.ts'
import { ms } from './format.ts'

/** 0 to 1 by time or by records, whichever is further; undefined where no end is known. */
function progressOf({ elapsedMs, totalMs, recordsDone, totalRecords }: Progress): number | undefined {
  const shares = [
    ...(totalMs === undefined || totalMs === 0 ? [] : [elapsedMs / totalMs]),
    ...(totalRecords === undefined || totalRecords === 0 ? [] : [recordsDone / totalRecords]),
  ]
  return shares.length === 0 ? undefined : Math.min(1, Math.max(...shares))
}

function leftMs(state: Progress): number | undefined {
  const share = progressOf(state)
  return share === undefined || share === 0 ? undefined : (state.elapsedMs * (1 - share)) / share
}

/** `1:05`, `1:00:05`. */
function clockTime(timeMs: number): string {
  const seconds = Math.max(0, Math.round(timeMs / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** Phases whose rate and share of the whole tell something. */
const RATED: ReadonlySet<Progress['phase']> = new Set(['filling', 'measuring', 'reading'])

const LONGEST_PHASE = 'measuring'.length
const WIDEST_BAR = 40

/** The lines of one redraw, each shorter than `columns`. Pure. */
export function liveFrame(state: Progress, columns: number, unicode = true): string[] {
  const room = Math.max(10, columns - 1)
  const left = leftMs(state)
  const time =
    left === undefined ? clockTime(state.elapsedMs) : `${clockTime(state.elapsedMs)}, ${clockTime(left)} left`
  const phase = state.phase.padEnd(LONGEST_PHASE)
  const share = RATED.has(state.phase) ? progressOf(state) : undefined
  const barWidth = Math.min(WIDEST_BAR, room - phase.length - time.length - 4)
  const first =
    share === undefined || barWidth < 5
      ? `${phase}  ${time}`
      : `${phase} ${bar(share, barWidth, unicode)} ${time}`
  return [first, ...fitted(facts(state), room)].map((line) => line.slice(0, room))
}

function bar(share: number, width: number, unicode: boolean): string {
  const done = Math.round(share * width)
  return unicode
    ? '█'.repeat(done) + '░'.repeat(width - done)
    : `${'#'.repeat(done)}${'.'.repeat(width - done)}`
}

function facts(state: Progress): string[] {
  if (state.phase === 'starting') return []
  const asked = state.targetPerSec === undefined ? '' : ` of ${formatRate(state.targetPerSec)}`
  return [
    ...(RATED.has(state.phase) ? [`${formatRate(state.recordsPerSec)}${asked}`] : []),
    ...(state.p50Ms === undefined ? [] : [`p50 ${ms(state.p50Ms)}`]),
    ...(state.p99Ms === undefined ? [] : [`p99 ${ms(state.p99Ms)}`]),
    ...(state.pagesDone === undefined ? [] : [`${formatCount(state.pagesDone)} pages`]),
    `${formatCount(state.recordsDone)} done`,
    `${formatCount(state.errors)} errors`,
  ]
}

/** As many lines as needed. */
function fitted(parts: readonly string[], room: number): string[] {
  const lines: string[] = []
  for (const part of parts) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 3 + part.length <= room)
      lines[lines.length - 1] = `${last}   ${part}`
    else lines.push(part)
  }
  return lines
}

/** One line for a log. */
export function plainLine(state: Progress): string {
  return [`${clockTime(state.elapsedMs)} ${state.phase}`, ...facts(state)].join(', ')
}

export interface Live {
  update(state: Progress): void
  /** Writes lines above the view. */
  note(text: string): void
  /** Erases the view; what is written next begins on a clean line. */
  end(): void
}

export interface LiveTerminal {
  readonly err: (text: string) => void
  readonly errIsTerminal: boolean
  readonly columns: number
}

const REDRAW_MS = 200
const PLAIN_EVERY_MS = 5000
/** Seconds are measured: the fifth may come a hair early. */
const SLACK_MS = 50

export function createLive(
  terminal: LiveTerminal,
  { nowMs = () => performance.now(), unicode = true }: { nowMs?: () => number; unicode?: boolean } = {},
): Live {
  return terminal.errIsTerminal ? inPlace(terminal, nowMs, unicode) : plain(terminal)
}

function inPlace({ err, columns }: LiveTerminal, nowMs: () => number, unicode: boolean): Live {
  let shown: readonly string[] = []
  let drawnMs = Number.NEGATIVE_INFINITY
  let phase: Progress['phase'] | undefined
  // Back to the first line of the view, and clear from there to the end of the screen.
  const erase = () => (shown.length === 0 ? '' : `\u001b[${shown.length}A\r\u001b[J`)
  const text = () => shown.map((line) => `${line}\n`).join('')
  return {
    update(state) {
      const now = nowMs()
      if (now - drawnMs < REDRAW_MS && state.phase === phase) return
      drawnMs = now
      phase = state.phase
      const before = erase()
      shown = liveFrame(state, columns, unicode)
      err(before + text())
    },
    note(message) {
      err(`${erase()}${message}\n${text()}`)
    },
    end() {
      if (shown.length > 0) err(erase())
      shown = []
    },
  }
}

function plain({ err }: LiveTerminal): Live {
  let phase: Progress['phase'] | undefined
  let lastMs = 0
  return {
    update(state) {
      const isNew = state.phase !== phase
      if (!isNew && state.elapsedMs - lastMs < PLAIN_EVERY_MS - SLACK_MS) return
      phase = state.phase
      lastMs = isNew && state.elapsedMs < PLAIN_EVERY_MS ? 0 : state.elapsedMs
      err(`${plainLine(state)}\n`)
    },
    note: (message) => err(`${message}\n`),
    end() {},
  }
}
