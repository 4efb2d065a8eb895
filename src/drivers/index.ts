/** Which drivers there are. A new one is a folder and a line here. */
import { TuneError } from '../errors.ts'
import { nativeClientDir } from '../native.ts'
import type { Driver, DriverName } from './driver.ts'

/** Drivers of real clients; `memory` is made by tests, with a script. */
export const DRIVERS = {
  confluent: async () => (await import('./confluent/driver.ts')).confluentDriver,
  kafkajs: async () => (await import('./kafkajs/driver.ts')).kafkajsDriver,
  wire: async () => (await import('./wire/driver.ts')).wireDriver,
} as const satisfies Record<Exclude<DriverName, 'memory'>, () => Promise<Driver>>

export type ClientDriverName = keyof typeof DRIVERS

export const DRIVER_NAMES: readonly ClientDriverName[] = ['confluent', 'kafkajs', 'wire']

/** @throws TuneError USAGE */
export async function loadDriver(name: string): Promise<Driver> {
  const known = DRIVER_NAMES.find((each) => each === name)
  if (known !== undefined) return DRIVERS[known]()
  throw new TuneError('USAGE', `there is no driver ${name}`, {
    hint: `take one of ${DRIVER_NAMES.join(', ')}`,
  })
}

/** What runs where nobody chose: confluent where its native client is there, else kafkajs, and why. */
export function defaultDriver(env: NodeJS.ProcessEnv = process.env): {
  name: ClientDriverName
  note?: string
} {
  if (nativeClientDir(env) !== undefined) return { name: 'confluent' }
  return {
    name: 'kafkajs',
    note: 'the native client is not set up, so the driver is kafkajs; tune doctor --fix sets it up',
  }
}
