import type { Style } from '../report/model.ts'
import type { Io } from './io.ts'

/** What standard output can show; a file gets neither colour nor a terminal's width. */
export function styleFor(io: Io, toFile: boolean): Style {
  return {
    columns: toFile ? 80 : io.columns,
    color: io.outHasColor && !toFile,
    unicode: hasUnicode(io.env),
    plots: io.outIsTerminal && !toFile,
  }
}

/** Only a locale that says so is taken for ASCII: containers set none, and their terminals are UTF-8. */
export function hasUnicode(env: Io['env']): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || ''
  return locale !== 'C' && locale !== 'POSIX' && env.TERM !== 'linux'
}
