/** Where a report goes: standard output, or the file of `--output`. Asked before anything runs, so that nothing is lost. */
import { resolve } from 'node:path'
import type { Result } from '../core/result.ts'
import { TuneError } from '../errors.ts'
import type { Report, Style } from '../report/model.ts'
import type { RunReportName } from '../report/names.ts'
import type { Io } from './io.ts'
import { styleFor } from './style.ts'

export interface ReportPlace {
  readonly style: Style
  /** @param runs whose report it is, for formats of runs only @throws TuneError STORAGE */
  write(report: Report, runs?: readonly Result[]): Promise<void>
}

export const OUTPUT_FLAG = ['--output <file>', 'write the report there instead of printing it'] as const

/** @throws TuneError STORAGE where it cannot be written; USAGE where a terminal would be flooded */
export async function reportPlace(
  io: Io,
  format: RunReportName,
  output: string | undefined,
): Promise<ReportPlace> {
  const style = styleFor(io, output !== undefined)
  if (output === undefined && format === 'html' && io.outIsTerminal) {
    throw new TuneError('USAGE', '--report html is a file for a browser, and this is a terminal', {
      hint: 'name the file: --output report.html',
    })
  }
  const path = output === undefined ? undefined : resolve(io.cwd, output)
  if (path !== undefined) {
    const { checkWritable } = await import('../report/store.ts')
    await checkWritable(path, '--output')
  }
  return {
    style,
    async write(report, runs = []) {
      if (format === 'github') return writeForGithub(io, report, path)
      const { isPlain, PLAIN_REPORTERS } = await import('../report/plain-reporters.ts')
      if (isPlain(format)) return put(io, PLAIN_REPORTERS[format](report, style), path)
      const { render } = await import('../report/index.ts')
      await put(io, render(format, report, runs, style), path)
    },
  }
}

async function put(io: Io, text: string, path: string | undefined): Promise<void> {
  if (path === undefined) {
    io.out(text)
    return
  }
  const { saveText } = await import('../report/store.ts')
  const { problem } = await saveText(text, path)
  if (problem !== undefined) throw problem
}

/** Annotations are read from standard output; the summary has a file, which other steps of a job may have begun. */
async function writeForGithub(io: Io, report: Report, path: string | undefined): Promise<void> {
  const { annotations, github, stepSummary, SUMMARY_BYTES } = await import('../report/github.ts')
  const file = io.env.GITHUB_STEP_SUMMARY
  if (path !== undefined) {
    io.out(annotations(report))
    return put(io, stepSummary(report), path)
  }
  if (file === undefined || file === '') {
    io.out(github(report))
    return
  }
  io.out(annotations(report))
  const { appendFile, stat } = await import('node:fs/promises')
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  )
  try {
    await appendFile(file, `${size > 0 ? '\n' : ''}${stepSummary(report, SUMMARY_BYTES - size - 1)}`)
  } catch (error) {
    throw new TuneError('STORAGE', `cannot write the summary of the step to ${file}`, {
      hint: 'name a file of yours: --output summary.md',
      cause: error,
    })
  }
}
