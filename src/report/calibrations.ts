/** What is known of a machine's noise, on disk: a file for each baseline beside the baselines, of this machine alone. */
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Calibration, calibrationSchema } from '../core/calibration.ts'
import { TuneError } from '../errors.ts'
import { reason } from './file-errors.ts'
import { checkFolder, saveText } from './store.ts'

const FOLDER = join('.tune', 'calibrations')

/** The calibration of a command; undefined where there is none that can be read, which is no reason to run nothing. */
export async function calibrationOf(
  command: readonly string[],
  cwd: string,
): Promise<Calibration | undefined> {
  const names = await readdir(join(cwd, FOLDER)).catch(() => [])
  for (const name of names.filter((one) => one.endsWith('.json') && !one.startsWith('.'))) {
    const text = await readFile(join(cwd, FOLDER, name), 'utf8').catch(() => '')
    const parsed = calibrationSchema.safeParse(asJson(text))
    if (parsed.success && isDeepStrictEqual(parsed.data.command, command)) return parsed.data
  }
  return undefined
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Before pairs are made of which one is to be kept here. @throws TuneError STORAGE */
export async function checkCalibrations(cwd: string): Promise<void> {
  await checkFolder(join(cwd, FOLDER))
}

/** @returns the path @throws TuneError STORAGE */
export async function keepCalibration(calibration: Calibration, cwd: string): Promise<string> {
  const path = join(cwd, FOLDER, `${calibration.baseline}.json`)
  try {
    await mkdir(dirname(path), { recursive: true })
  } catch (error) {
    throw new TuneError('STORAGE', `cannot make ${dirname(path)}: ${reason(error)}`, { cause: error })
  }
  const { problem } = await saveText(`${JSON.stringify(calibration, null, 2)}\n`, path)
  if (problem !== undefined) throw problem
  return path
}
