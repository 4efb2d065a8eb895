/** What the configurations ask of Kafka together: topics and a producer's properties. */
import { joinTopics } from '../bench/several-topics.ts'
import type { Properties } from '../drivers/driver.ts'
import { TuneError } from '../errors.ts'
import type { HttpSetup } from '../http/setup.ts'

/**
 * The connectors' own topics, where no flag names one; several stand as one, and each connector writes to its own.
 * @throws TuneError UNSUPPORTED where only some of the configurations name one
 */
export function topicOf(setups: readonly HttpSetup[], named: string | undefined): string | undefined {
  if (named !== undefined) return named
  const names = [...new Set(setups.flatMap(({ topic }) => topic ?? []))]
  if (names.length === 0) return undefined
  const without = setups.filter(({ topic }) => topic === undefined)
  if (names.length > 1 && without.length > 0) {
    throw new TuneError(
      'UNSUPPORTED',
      `${without.map(({ name }) => name).join(', ')} name${without.length === 1 ? 's' : ''} no topic, and the others write to ${names.length}: ${names.join(', ')}`,
      { hint: 'name one for all of them with --topic' },
    )
  }
  return joinTopics(names)
}

/**
 * One producer's properties are shown and judged for all connectors, so they have to be the same.
 * @param flags win over the configurations
 * @throws TuneError UNSUPPORTED where the configurations differ in what no flag settles
 */
export function producerOf(setups: readonly HttpSetup[], flags: Properties): Properties {
  const [first, ...others] = setups.map(({ name, producer }) => ({ name, all: { ...producer, ...flags } }))
  if (first === undefined) return flags
  for (const { name, all } of others) {
    const keys = [...new Set([...Object.keys(first.all), ...Object.keys(all)])]
    const key = keys.find((one) => first.all[one] !== all[one])
    if (key === undefined) continue
    const said = (value: string | undefined) => (value === undefined ? 'is not set' : `is ${value}`)
    throw new TuneError(
      'UNSUPPORTED',
      `the configurations ask for different producers: ${key} ${said(first.all[key])} in ${first.name} and ${said(all[key])} in ${name}`,
      { hint: `settle it for all of them with --producer-props ${key}=…, or run them one by one` },
    )
  }
  return first.all
}
