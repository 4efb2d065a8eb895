/** What is known of a machine's noise, on disk: a file for each baseline beside the baselines, of this machine alone. */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Calibration } from '../core/calibration.ts'
import { TuneError } from '../errors.ts'
import { reason } from './file-errors.ts'
import { saveText } from './store.ts'

/** @returns the path @throws TuneError STORAGE */
export async function keepCalibration(calibration: Calibration, cwd: string): Promise<string> {
  const path = join(cwd, '.tune', 'calibrations', `${calibration.baseline}.json`)
  try {
    await mkdir(dirname(path), { recursive: true })
  } catch (error) {
    throw new TuneError('STORAGE', `cannot make ${dirname(path)}: ${reason(error)}`, { cause: error })
  }
  const { problem } = await saveText(`${JSON.stringify(calibration, null, 2)}\n`, path)
  if (problem !== undefined) throw problem
  return path
}
