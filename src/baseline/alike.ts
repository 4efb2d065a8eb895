/** Whether two runs can be compared: the same thing asked of the same machine. What differs is named, never guessed away. */
import type { ClientResult } from '../core/result.ts'

/** Something in which two runs are not alike. */
export interface Difference {
  /** As in the result: `plan.load`, `effectiveConfig.linger.ms`. */
  readonly name: string
  readonly base: string
  readonly now: string
}

/**
 * Names that a run makes up for itself, or that tell what came of it rather than what was asked.
 * `warmup` and `preload` are looked into: of them the asked parts count.
 */
const OF_THE_RUN: ReadonlySet<string> = new Set([
  'plan.topic',
  'plan.outputTopic',
  'plan.groupId',
  'plan.warmup.tookMs',
  'plan.warmup.records',
  'plan.warmup.steadyAtMs',
  'plan.preload.tookMs',
  'effectiveConfig.bootstrap.servers',
  'effectiveConfig.metadata.broker.list',
  'effectiveConfig.brokers',
  'effectiveConfig.client.id',
  'effectiveConfig.clientId',
  'effectiveConfig.group.id',
  'effectiveConfig.groupId',
  'effectiveConfig.transactional.id',
  'effectiveConfig.transactionalId',
])

/** What was asked: kind, driver, plan and the client's settings. */
export function configDifferences(base: ClientResult, now: ClientResult): Difference[] {
  return differences(askedOf(base), askedOf(now))
}

/** Where it ran: machine, versions and broker. */
export function environmentDifferences(base: ClientResult, now: ClientResult): Difference[] {
  return differences(placeOf(base), placeOf(now))
}

function askedOf(result: ClientResult): ReadonlyMap<string, string> {
  const { kind, driver, plan, effectiveConfig } = result
  const all = new Map([['kind', kind], ['driver', driver], ...leaves('plan', plan)])
  for (const [key, value] of Object.entries(effectiveConfig.values)) {
    all.set(`effectiveConfig.${key}`, String(value))
  }
  const own = result.kind === 'cdc' && result.plan.own ? OF_THE_OWN_CONNECTOR : []
  const stubs = ownStubOrigins(result)
  return new Map(
    [...all]
      .filter(([name]) => !OF_THE_RUN.has(name) && !own.includes(name))
      .map(([name, text]) => [name, stubs.reduce((rest, origin) => rest.replaceAll(origin, 'stub:'), text)]),
  )
}

/** With a name in it that a run makes up where it makes them. */
const OF_THE_OWN_CONNECTOR: readonly string[] = ['plan.table', 'plan.connector']

/** A stub of its own listens at another port each time. */
function ownStubOrigins({ kind, environment }: ClientResult): readonly string[] {
  return kind === 'http' && 'api' in environment && environment.api.stub ? environment.api.origins : []
}

function placeOf(result: ClientResult): ReadonlyMap<string, string> {
  const { tune, broker, ...place } = result.environment
  const machine = ownStubOrigins(result).length === 0 ? place : { ...place, api: 'stub' }
  // What `tune` itself changes between versions shows in its figures; that is what one compares for
  const { bootstrapServers, ...cluster } = broker
  return new Map([
    ...leaves('environment', machine),
    ...leaves('environment.broker', cluster),
    // Here one is started as need be, at another port each time
    ...(broker.onThisMachine ? [] : [['environment.broker.bootstrapServers', bootstrapServers] as const]),
  ])
}

function leaves(name: string, value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[name, String(value)]]
  if (Array.isArray(value)) return [[name, JSON.stringify(value)]]
  return Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .flatMap(([key, part]) => leaves(`${name}.${key}`, part))
}

const ABSENT = 'absent'

function differences(base: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): Difference[] {
  const names = [...new Set([...base.keys(), ...now.keys()])]
  return names.flatMap((name) => {
    const was = base.get(name) ?? ABSENT
    const is = now.get(name) ?? ABSENT
    return was === is ? [] : [{ name, base: was, now: is }]
  })
}
