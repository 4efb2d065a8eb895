/** Runs pairs until the gate knows: both sides of a pair in one breath, in random order, so that the machine's mood hits both alike. */
import type { MetricName } from '../core/metrics.ts'
import type { ClientResult } from '../core/result.ts'
import { whyNotTrusted } from '../core/trust.ts'
import { type Judged, judgePairs, type Pair } from './changes.ts'
import { type GateRules, nextLook } from './gate.ts'

export type Side = keyof Pair

export interface Pairing {
  /** What decides; asked for at each look, since it may follow from the kind of the first run. */
  readonly metrics: () => readonly MetricName[]
  readonly rules: GateRules
  /** No pair is begun that could not end before; undefined: all looks. */
  readonly budgetMs?: number
}

export interface PairingTools {
  /** One fresh run. */
  run(side: Side): Promise<ClientResult>
  nowMs(): number
  /** 0 to 1, for the order within a pair. */
  random(): number
  readonly signal: AbortSignal
  /** After each pair; with what it is judged, where it was a look. */
  onPair?(pairs: number, judged: Judged | undefined): void
  onReplaced?(side: Side, why: string): void
}

export interface Paired {
  readonly pairs: readonly Pair[]
  readonly judged: Judged
  readonly replaced: number
  readonly endedBy: 'verdict' | 'looks' | 'budget' | 'interrupt' | 'invalid'
}

/** Of all runs; with more that are not to be trusted, those that are were picked by chance. */
const MOST_REPLACED = 0.2

export async function runPairs({ metrics, rules, budgetMs }: Pairing, tools: PairingTools): Promise<Paired> {
  const pairs: Pair[] = []
  const looks = rules.looks.map((look) => look.pairs)
  const [first = 0] = looks
  const last = looks.at(-1) ?? 0
  const startMs = tools.nowMs()
  let longestMs = 0
  let replaced = 0
  let judged: Judged = { changes: [], step: { next: first } }
  const end = (endedBy: Paired['endedBy']): Paired => ({
    pairs,
    judged:
      endedBy === 'verdict' || endedBy === 'looks'
        ? judged
        : betweenLooks(judgePairs(pairs, metrics(), rules), nextLook(pairs.length, rules)),
    replaced,
    endedBy,
  })
  while (pairs.length < last) {
    const fromMs = tools.nowMs()
    if (budgetMs !== undefined && fromMs - startMs + longestMs > budgetMs) return end('budget')
    const order: readonly Side[] = tools.random() < 0.5 ? ['base', 'now'] : ['now', 'base']
    const made: Partial<Record<Side, ClientResult>> = {}
    for (const side of order) {
      while (made[side] === undefined) {
        if (tools.signal.aborted) return end('interrupt')
        const result = await orInterrupted(tools.run(side), tools.signal)
        if (result === undefined || tools.signal.aborted) return end('interrupt')
        const why = whyReplaced(result)
        if (why === undefined) {
          made[side] = result
          continue
        }
        replaced++
        tools.onReplaced?.(side, why)
        // Of as many as the first look takes, at least: bad runs at the start may be made up for
        const runs = Math.max(2 * first, 2 * pairs.length + Object.keys(made).length + replaced)
        if (replaced > MOST_REPLACED * runs) return end('invalid')
      }
    }
    const { base, now } = made
    if (base === undefined || now === undefined) continue
    pairs.push({ base, now })
    longestMs = Math.max(longestMs, tools.nowMs() - fromMs)
    const isLook = looks.includes(pairs.length)
    if (isLook) judged = judgePairs(pairs, metrics(), rules)
    tools.onPair?.(pairs.length, isLook ? judged : undefined)
    if (isLook && 'verdict' in judged.step)
      return end(judged.step.verdict === 'inconclusive' ? 'looks' : 'verdict')
  }
  return end('looks')
}

/**
 * The levels are those of the looks: what ends between two may find that all is well, and no change.
 * @param next pairs at the next look
 */
function betweenLooks({ changes, step }: Judged, next: number | undefined): Judged {
  const isPass = 'verdict' in step && step.verdict === 'pass'
  return {
    changes: changes.map((change) =>
      change.verdict === 'regression' || change.verdict === 'improvement'
        ? { ...change, verdict: 'inconclusive', ...(next === undefined ? {} : { pairsNeeded: next }) }
        : change,
    ),
    step: isPass ? step : { verdict: 'inconclusive' },
  }
}

/** @returns undefined where it was interrupted, and gone before it could report; what was made before is not lost */
export function orInterrupted<T>(run: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return run.catch((error: unknown) => {
    if (signal.aborted) return undefined
    throw error
  })
}

/** By whether it measured at all, never by the figure that is compared. */
function whyReplaced(result: ClientResult): string | undefined {
  return result.complete ? whyNotTrusted(result) : (result.endedEarly ?? 'it ended early')
}
