/** Where a report goes: standard output, or the file of `--output`. Asked before anything runs, so that nothing is lost. */
import { resolve } from 'node:path'
import { TuneError } from '../errors.ts'
import type { Style } from '../report/model.ts'
import type { RunReportName } from '../report/names.ts'
import type { Io } from './io.ts'
import { styleFor } from './style.ts'

export interface ReportPlace {
  readonly style: Style
  /** @throws TuneError STORAGE */
  write(text: string): Promise<void>
}

export const OUTPUT_FLAG = ['--output <file>', 'write the report there instead of printing it'] as const

/** @throws TuneError STORAGE where it cannot be written; USAGE where a terminal would be flooded */
export async function reportPlace(
  io: Io,
  { report, output }: { readonly report?: RunReportName | undefined; readonly output?: string | undefined },
): Promise<ReportPlace> {
  const style = styleFor(io, output !== undefined)
  if (output === undefined) {
    if (report === 'html' && io.outIsTerminal) {
      throw new TuneError('USAGE', '--report html is a file for a browser, and this is a terminal', {
        hint: 'name the file: --output report.html',
      })
    }
    return {
      style,
      async write(text) {
        io.out(text)
      },
    }
  }
  const { checkWritable, saveText } = await import('../report/store.ts')
  const path = resolve(io.cwd, output)
  await checkWritable(path, '--output')
  return {
    style,
    async write(text) {
      const { problem } = await saveText(text, path)
      if (problem !== undefined) throw problem
    },
  }
}
