/** Several configurations in one run: a connector's instances, each with its share of the API. */
import type { HttpSetup } from '../setup.ts'
import { laneLines } from './lane-lines.ts'
import { type Reading, type ReadOptions, readConfigFile } from './read.ts'
import { hideParams } from './shown.ts'
import type { ConfigWarning } from './warnings.ts'

export interface Instances {
  readonly readings: readonly Reading[]
  /** Each with a name of its own. */
  readonly setups: readonly HttpSetup[]
  /** Of all together; those of each file are in its reading. */
  readonly warnings: readonly ConfigWarning[]
}

/**
 * @param files path, and how errors call it
 * @throws TuneError CONFIG, UNSUPPORTED
 */
export function readConfigFiles(
  files: readonly { readonly path: string; readonly shown: string }[],
  options: ReadOptions,
): Instances {
  const readings = files.map(({ path, shown }) => readConfigFile(path, shown, options))
  const setups = named(readings)
  return { readings, setups, warnings: overlaps(setups) }
}

/** A line for each lane of each instance. */
export function splitLines(setups: readonly HttpSetup[]): readonly string[] {
  return setups.flatMap((setup) =>
    laneLines(setup).map((line) => (setups.length === 1 ? line : `${setup.name}: ${line}`)),
  )
}

/** Two of one name are told apart by their files, and those of one file by number. */
function named(readings: readonly Reading[]): readonly HttpSetup[] {
  const all = readings.flatMap(({ shown, setups }) => setups.map((setup) => ({ shown, setup })))
  const taken = new Set<string>()
  return all.map(({ shown, setup }) => {
    const isAlone = all.filter((one) => one.setup.name === setup.name).length === 1
    const base = isAlone || setup.name === shown ? setup.name : `${setup.name} (${shown})`
    let name = base
    for (let number = 2; taken.has(name); number++) name = `${base} ${number}`
    taken.add(name)
    return { ...setup, name }
  })
}

function overlaps(setups: readonly HttpSetup[]): readonly ConfigWarning[] {
  const first = new Map<string, string>()
  const warnings: ConfigWarning[] = []
  for (const { name, plan, secrets } of setups) {
    for (const { url } of plan.targets) {
      const other = first.get(url)
      if (other === undefined) first.set(url, name)
      else {
        warnings.push({
          id: 'instances-poll-the-same',
          text: `${other} and ${name} both poll ${hideParams(url, secrets?.params ?? [])}: its records come twice`,
        })
      }
    }
  }
  return warnings
}
