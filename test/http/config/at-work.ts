/** Runs what properties of the guide say: on a test clock against a fake API, or over sockets. */
import { createParts } from '../../../src/bench/http/parts.ts'
import { createEndpoints } from '../../../src/http/balancing.ts'
import { readProperties } from '../../../src/http/config/read.ts'
import type { PollPlan } from '../../../src/http/plan.ts'
import type { HttpSetup } from '../../../src/http/setup.ts'
import { play, type Setting } from '../play.ts'

export type Properties = Readonly<Record<string, string>>

/** Of one configuration in the guide's words. */
export function setupOf(properties: Properties): HttpSetup {
  const reading = readProperties({ 'http.source.url': 'http://api.test/records', ...properties }, 'guide')
  const [setup] = reading.setups
  if (setup === undefined) throw new Error('no setup was read')
  return setup
}

/** A poller as the configuration has it; numbers on the test clock are exact. @param flags what no property says */
export async function playProperties(
  properties: Properties,
  setting: Omit<Setting, 'plan' | 'rate' | 'parts' | 'endpoints'> & { readonly plan?: Partial<PollPlan> },
  flags: { readonly keyPath?: string } = {},
) {
  const read = setupOf(properties)
  const setup = { ...read, converters: { ...read.converters, ...flags } }
  const { balancing, scaling } = setup
  let parts: ReturnType<typeof createParts> | undefined
  const played = await play({
    ...setting,
    plan: { ...setup.plan, ...setting.plan },
    ...(setup.plan.rateLimit && { rate: setup.plan.rateLimit }),
    ...(balancing && { endpoints: createEndpoints(balancing, setup.plan.targets) }),
    parts(clock) {
      parts = createParts(setup, clock)
      const { convert, cache } = parts
      return { convert, ...(cache && { cache }), ...(scaling && { scaling }) }
    },
  })
  if (parts === undefined) throw new Error('nothing was played')
  return { ...played, seen: parts.seen(played.poller, 0) }
}
