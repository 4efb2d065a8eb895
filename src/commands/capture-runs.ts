/** A sitting: fresh runs of one command, one after the other. */
import { orInterrupted } from '../baseline/pairs.ts'
import type { ClientResult } from '../core/result.ts'
import { whyBroken } from '../core/trust.ts'
import { TuneError } from '../errors.ts'
import { missing, readSittings } from '../report/baselines.ts'
import { checkCommand } from './compare-request.ts'
import { type RunSide, withRuns } from './compare-runs.ts'
import type { Io } from './io.ts'

/** @throws TuneError ABORTED when interrupted */
export async function captureRuns(
  side: RunSide,
  count: number,
  verbose: boolean,
  io: Io,
): Promise<ClientResult[]> {
  const { command } = side
  checkCommand(command)
  return withRuns([side], { verbose }, io, async (runs) => {
    const results: ClientResult[] = []
    for (let n = 1; n <= count; n++) {
      if (!runs.signal.aborted) io.err(`run ${n} of ${count}\n`)
      const result = runs.signal.aborted ? undefined : await orInterrupted(runs.run(side), runs.signal)
      if (runs.signal.aborted || result?.complete !== true) {
        io.exitCode = runs.exitCode() ?? 0
        throw new TuneError('ABORTED', `run ${n} of ${count} did not come to its end; nothing is kept`, {
          hint: 'the runs themselves are under .tune/results; keep them with: tune baseline capture --from',
        })
      }
      const why = whyBroken(result)
      if (why !== undefined) {
        throw new TuneError('RUN', `${why} in run ${n} of ${count}; nothing is kept`, {
          hint: `see why with one run: tune ${command.join(' ')}`,
        })
      }
      results.push(result)
    }
    return results
  })
}

/** What the last sitting of a baseline was made with. @throws TuneError CONFIG */
export async function commandOf(name: string, io: Io): Promise<readonly string[]> {
  const last = (await readSittings(name, io.cwd)).at(-1)
  if (last === undefined) throw await missing(name, io.cwd)
  if (last.command !== undefined) return last.command
  throw new TuneError('CONFIG', `the baseline ${name} came from results: what made them is not known`, {
    hint: 'capture it from a command to run it again: tune baseline capture NAME -- bench …',
  })
}
