/** What a person or a machine gets to see: progress on standard error, the report on standard output, kept files. */
import { resolve } from 'node:path'
import type { ProducerBenchPlan } from '../bench/plan.ts'
import type { Progress } from '../bench/progress.ts'
import type { Result } from '../core/result.ts'
import { gateFails } from '../core/verdict.ts'
import { createApacheLines } from '../report/apache.ts'
import { isRunReporterName, type RunReporterName, renderRun } from '../report/index.ts'
import { createLive } from '../report/live.ts'
import { checkWritable, keepResult, saveResult, saveText } from '../report/store.ts'
import { parseDurationMs } from '../units.ts'
import type { Io } from './io.ts'
import type { ProducerFlags } from './producer-flags.ts'
import { styleFor } from './style.ts'

export interface Output {
  begin(plan: ProducerBenchPlan): void
  readonly progress: (progress: Progress) => void
  /** A line beside the live view. */
  readonly note: (text: string) => void
  /** Takes the live view off the terminal. */
  end(): void
  /** Keeps and prints the result. @returns the exit code it deserves */
  finish(result: Result): Promise<number>
}

const EXIT = { good: 0, gateFailed: 1, notWritten: 2, notToBeTrusted: 3 } as const

/** Checks every place that will be written to. @throws TuneError STORAGE */
export async function openOutput(flags: ProducerFlags, io: Io): Promise<Output> {
  const format = toReporter(flags.report)
  const save = flags.save === undefined ? undefined : resolve(io.cwd, flags.save)
  const hlog = flags.hlog === undefined ? undefined : resolve(io.cwd, flags.hlog)
  if (save !== undefined) await checkWritable(save, '--save')
  if (hlog !== undefined) await checkWritable(hlog, '--hlog')
  const style = styleFor(io, false)
  const live = createLive(io, { unicode: style.unicode })
  const apache = createApacheLines(
    flags.reportingInterval === undefined
      ? undefined
      : parseDurationMs(flags.reportingInterval, '--reporting-interval', { bare: 'ms', min: 1 }),
  )
  let lastMs = 0
  return {
    begin(plan) {
      io.err(`${plan.driver} to ${plan.connection.bootstrapServers}, topic ${plan.topic.name}\n`)
    },
    progress(progress) {
      live.update(progress)
      if (format !== 'apache' || progress.phase === 'warm-up') return
      // As the original: interval lines come while it runs, on standard output.
      const durationMs = progress.elapsedMs - lastMs
      lastMs = progress.elapsedMs
      const line = apache.add({
        records: Math.round((progress.recordsPerSec * durationMs) / 1000),
        bytes: (progress.bytesPerSec * durationMs) / 1000,
        durationMs,
        meanServiceMs: progress.meanServiceMs,
        maxServiceMs: progress.maxServiceMs,
      })
      if (line !== undefined) io.out(`${line}\n`)
    },
    note: (text) => live.note(text),
    end: () => live.end(),
    async finish(result) {
      const kept = await keepResult(result, io.cwd)
      const others = [
        ...(save === undefined ? [] : [await saveResult(result, save)]),
        ...(hlog === undefined ? [] : [await saveText(renderRun('hlog', result, style), hlog)]),
      ]
      const text = renderRun(format, result, style, kept.path)
      // The interval lines are out already.
      io.out(format === 'apache' ? `${text.trimEnd().split('\n').at(-1)}\n` : text)
      let code = exitCode(result, flags, io)
      for (const { path, problem } of [kept, ...others]) {
        if (problem === undefined) continue
        io.err(`error: ${problem.message}\n`)
        if (path === undefined) io.out(renderRun('json', result, style))
        io.err(
          `hint: ${path === undefined ? 'the whole result is on standard output' : `it is kept in ${path}`}\n`,
        )
        code = EXIT.notWritten
      }
      return code
    },
  }
}

function toReporter(name: string | undefined): RunReporterName {
  return name !== undefined && isRunReporterName(name) ? name : 'table'
}

function exitCode(result: Result, flags: ProducerFlags, io: Io): number {
  const failOn = flags.failOn === 'warn' || flags.failOn === 'critical' ? flags.failOn : undefined
  const gate = failOn ?? (flags.thresholds === undefined ? undefined : 'critical')
  if (gate !== undefined) {
    const failed = gateFails(result.verdicts, gate)
    if (failed.length > 0) {
      const names = failed.map(({ metric, level }) => `${metric} ${level}`).join(', ')
      io.err(`failed: ${names}\n`)
      return EXIT.gateFailed
    }
  }
  if (result.health.generatorLimited || result.metrics.recordsAcked === 0) {
    return flags.strict === true ? EXIT.gateFailed : EXIT.notToBeTrusted
  }
  return EXIT.good
}
