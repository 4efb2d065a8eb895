/** What a person or a machine gets to see: progress on standard error, the report on standard output, kept files. */
import { resolve } from 'node:path'
import type { Progress } from '../bench/progress.ts'
import { repeated } from '../core/repeated.ts'
import type { ConnectorResult, Result } from '../core/result.ts'
import { whyNotTrusted } from '../core/trust.ts'
import { gateFails } from '../core/verdict.ts'
import { TuneError } from '../errors.ts'
import { render, renderRun, reportOf } from '../report/index.ts'
import { createLive } from '../report/live.ts'
import { isRunReportName, type RunReportName } from '../report/names.ts'
import { checkWritable, type Kept, keepResult, saveResult, saveText } from '../report/store.ts'
import type { BenchFlags } from './bench-flags.ts'
import type { Io } from './io.ts'
import { reportPlace } from './report-place.ts'

export interface Output {
  /** @param what runs where, one line */
  begin(what: string): void
  readonly progress: (progress: Progress) => void
  /** A line beside the live view. */
  readonly note: (text: string) => void
  /** Takes the live view off the terminal. */
  end(): void
  /** Keeps a result as soon as it is there: what comes later cannot lose it. */
  take(result: Result): Promise<void>
  /** Prints what was taken. @returns the exit code it deserves; of several runs, the worst */
  finish(): Promise<number>
}

const EXIT = { good: 0, gateFailed: 1, notWritten: 2, notToBeTrusted: 3 } as const

/** How a format of another tool is printed: some lines while it runs, the rest at the end. */
export interface ApacheLines {
  /** A line for standard output, when one is due. */
  line?(progress: Progress): string | undefined
  last(result: Result): string
}

/** Checks every place that will be written to. @throws TuneError STORAGE */
export async function openOutput(flags: BenchFlags, io: Io, apache: ApacheLines): Promise<Output> {
  const format = toReporter(flags.report)
  const save = flags.save === undefined ? undefined : resolve(io.cwd, flags.save)
  const hlog = flags.hlog === undefined ? undefined : resolve(io.cwd, flags.hlog)
  if (hlog !== undefined && flags.repeat !== undefined && flags.repeat !== '1') {
    throw new TuneError('USAGE', '--hlog is the log of one run, and --repeat asks for several', {
      hint: 'leave one out; tune report FILE --report hlog writes the log of a kept run',
    })
  }
  if (save !== undefined) await checkWritable(save, '--save')
  if (hlog !== undefined) await checkWritable(hlog, '--hlog')
  const place = await reportPlace(io, format, flags.output)
  const { style } = place
  const isApacheLive = format === 'apache' && flags.output === undefined
  // The client's log goes to the same stream: lines that are rewritten would overwrite it
  const terminal = flags.debug === true ? { ...io, errIsTerminal: false } : io
  const live = createLive(terminal, { unicode: style.unicode })
  const taken: { result: Result; kept: Kept }[] = []
  return {
    begin(what) {
      io.err(`${what}\n`)
    },
    progress(progress) {
      live.update(progress)
      if (!isApacheLive) return
      const line = apache.line?.(progress)
      if (line !== undefined) io.out(`${line}\n`)
    },
    note: (text) => live.note(text),
    end: () => live.end(),
    async take(result) {
      taken.push({ result, kept: await keepResult(result, io.cwd) })
      if (isApacheLive) io.out(apache.last(result))
    },
    async finish() {
      const results = taken.map(({ result }) => result)
      const [only, ...more] = results
      if (only === undefined) return EXIT.good
      const document = more.length === 0 ? only : repeated(results)
      const others = [
        ...(save === undefined ? [] : [await saveResult(document, save)]),
        ...(hlog === undefined ? [] : [await saveText(renderRun('hlog', only, style), hlog)]),
      ]
      const shown = reportOf(document, taken[0]?.kept.path)
      // Told at the end: before it, nothing that was measured may be lost
      let problem: unknown
      if (!isApacheLive) {
        await place.write(shown, results).catch((error: unknown) => {
          problem = error
        })
      }
      const code = worstOf(results.map((result) => exitCode(result, flags, io)))
      const isWritten = report([...taken.map(({ kept }) => kept), ...others], () =>
        render('json', shown, results, style),
      )
      if (problem !== undefined) throw problem
      return isWritten ? code : EXIT.notWritten
    },
  }

  /** Says what is not where it should be. @returns whether all is */
  function report(files: readonly Kept[], asJson: () => string): boolean {
    let isPrinted = format === 'json' && flags.output === undefined
    let isWritten = true
    for (const { path, problem } of files) {
      if (problem === undefined) continue
      isWritten = false
      io.err(`error: ${problem.message}\n`)
      // Where nothing takes the file, standard output does; one document, for whoever parses it
      if (path === undefined && !isPrinted) {
        io.out(asJson())
        isPrinted = true
      }
      io.err(
        `hint: ${path === undefined ? 'the whole result is on standard output' : `it is kept in ${path}`}\n`,
      )
    }
    return isWritten
  }
}

/** Failed gates first, then what is not to be trusted. */
function worstOf(codes: readonly number[]): number {
  return [EXIT.gateFailed, EXIT.notToBeTrusted].find((code) => codes.includes(code)) ?? EXIT.good
}

/** A connector that failed fails the run; an alert does so where rules were asked for. */
function whyWatchedFailed({ failure, alerts }: ConnectorResult, flags: BenchFlags): string[] {
  const gates = flags.rules !== undefined || flags.failOn !== undefined
  const fired = alerts.filter(({ state }) => gates && state === 'fired').map(({ id }) => `alert ${id}`)
  return [...(failure === undefined ? [] : [`${failure.what} failed: ${failure.reason}`]), ...fired]
}

function toReporter(name: string | undefined): RunReportName {
  return name !== undefined && isRunReportName(name) ? name : 'table'
}

/** How bad a verdict has to be to end in exit code 1; undefined: none does. */
export function gateOf({
  failOn,
  thresholds,
}: Pick<BenchFlags, 'failOn' | 'thresholds'>): 'warn' | 'critical' | undefined {
  if (failOn === 'warn' || failOn === 'critical') return failOn
  return thresholds === undefined ? undefined : 'critical'
}

function exitCode(result: Result, flags: BenchFlags, io: Io): number {
  const gate = gateOf(flags)
  const watched = result.kind === 'connector' ? whyWatchedFailed(result, flags) : []
  for (const reason of watched) io.err(`failed: ${reason}\n`)
  if (watched.length > 0) return EXIT.gateFailed
  if (gate !== undefined) {
    const failed = gateFails(result.verdicts, gate)
    if (failed.length > 0) {
      const names = failed.map(({ metric, level }) => `${metric} ${level}`).join(', ')
      io.err(`failed: ${names}\n`)
      return EXIT.gateFailed
    }
  }
  const why = whyNotTrusted(result)
  if (why !== undefined) {
    // A report of ours says so in its first line
    if (toReporter(flags.report) === 'apache') io.err(`not to be trusted: ${why}\n`)
    return flags.strict === true ? EXIT.gateFailed : EXIT.notToBeTrusted
  }
  return EXIT.good
}
