import { run } from '../../src/cli.ts'
import { testIo } from '../test-io.ts'
import type { Ended } from './built.ts'

/** The same as `tune` of built.ts in this process, from the sources: for what starts nothing and ends by itself. */
export async function tuneHere(args: readonly string[], cwd: string): Promise<Ended> {
  const io = testIo({ cwd })
  const code = await run(args, io)
  return { code, stdout: io.stdout, stderr: io.stderr }
}
