/** Load goes to a cluster on this machine without a question; anything else needs a yes. */
import { isIPv4 } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import type { BrokerPlan } from '../bench/plan.ts'
import type { Admin } from '../drivers/driver.ts'
import { TuneError } from '../errors.ts'
import type { Io } from './io.ts'

/** Whether every address is this machine by name or by one of its own numbers. Names are not looked up. */
export function isThisMachine(bootstrapServers: string): boolean {
  const own = new Set(['localhost', '::1', '0.0.0.0', hostname()])
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address } of addresses ?? []) own.add(address)
  }
  return bootstrapServers.split(',').every((server) => {
    const host = server
      .trim()
      .replace(/:\d+$/, '')
      .replace(/^\[|\]$/g, '')
    return own.has(host) || (isIPv4(host) && host.startsWith('127.'))
  })
}

/** @throws TuneError USAGE when nobody says yes. */
export async function mayLoad(io: Io, bootstrapServers: string, what: string, yes: boolean): Promise<void> {
  if (yes || isThisMachine(bootstrapServers)) return
  const answer = await io.ask(`${what} at ${bootstrapServers}, which is not on this machine. Go on? [y/N] `)
  if (answer !== undefined && /^y(es)?$/i.test(answer.trim())) return
  throw new TuneError('USAGE', `no load was sent: ${bootstrapServers} is not on this machine`, {
    hint: answer === undefined ? 'add --yes when you are sure' : 'answer y, or add --yes',
  })
}

/**
 * The same for where the brokers themselves say that they are: behind an address of this machine there may be a tunnel.
 * @returns the broker's plan, with what is known now
 * @throws TuneError USAGE when nobody says yes.
 */
export async function mayLoadBehind(
  io: Io,
  admin: Pick<Admin, 'cluster'>,
  broker: BrokerPlan,
  what: string,
  yes: boolean,
): Promise<BrokerPlan> {
  if (broker.throwAway || !broker.onThisMachine) return broker
  const { brokers } = await admin.cluster()
  const elsewhere = brokers.map(({ host, port }) => `${host}:${port}`).filter((at) => !isThisMachine(at))
  if (elsewhere.length === 0) return broker
  await mayLoad(io, elsewhere.join(','), what, yes)
  return { ...broker, onThisMachine: false }
}
