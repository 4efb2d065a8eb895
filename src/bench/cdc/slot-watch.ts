/** How far a connector is behind the database's log, once a second. */
import type { Clock } from '../../core/clock.ts'
import type { CdcResult } from '../../core/result.ts'
import type { Queries } from '../../postgres/session.ts'
import { type Slot, slotLag } from '../../postgres/slot.ts'

export interface SlotWatch {
  /** Measured time begins. */
  begin(): Promise<void>
  /** With a last look; undefined where nothing was seen. */
  end(): Promise<CdcResult['slot']>
  /** Looks no more. */
  stop(): void
}

const EVERY_MS = 1000

export function watchSlot(
  slot: Slot | undefined,
  { control, clock }: { readonly control: Queries; readonly clock: Clock },
): SlotWatch {
  const lag: NonNullable<CdcResult['slot']>['lag'] = []
  let beganMs = clock.nowMs()
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  const look = async () => {
    if (slot === undefined) return
    try {
      const atMs = clock.nowMs() - beganMs
      const seen = await slotLag(control, slot.name)
      if (seen !== undefined) lag.push({ atMs, ...seen })
    } catch {
      // A second without a figure is a second that was not measured
    }
  }
  const lookOnce = () => {
    looking ??= look().finally(() => {
      looking = undefined
    })
    return looking
  }
  return {
    stop: () => clearInterval(timer),
    async begin() {
      lag.length = 0
      beganMs = clock.nowMs()
      await lookOnce()
      timer = setInterval(() => void lookOnce(), EVERY_MS)
    },
    async end() {
      clearInterval(timer)
      await looking
      if (timer !== undefined) await lookOnce()
      return slot === undefined || lag.length === 0 ? undefined : { ...slot, lag }
    },
  }
}
