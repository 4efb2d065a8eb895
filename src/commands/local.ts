/** Load goes to a cluster on this machine without a question; anything else needs a yes. */
import { networkInterfaces } from 'node:os'
import { TuneError } from '../errors.ts'
import type { Io } from './io.ts'

/** Whether every address is this machine by name or by one of its own numbers. Names are not looked up. */
export function isThisMachine(bootstrapServers: string): boolean {
  const own = new Set(['localhost', '::1', '0.0.0.0'])
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address } of addresses ?? []) own.add(address)
  }
  return bootstrapServers.split(',').every((server) => {
    const host = server
      .trim()
      .replace(/:\d+$/, '')
      .replace(/^\[|\]$/g, '')
    return own.has(host) || host.startsWith('127.')
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
