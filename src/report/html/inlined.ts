/** What a page needs and may not fetch: its style, its script, and the library that draws, read when a report is written. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { messageOf, TuneError } from '../../errors.ts'
import { packageRoot } from '../../package-root.ts'

export interface Inlined {
  readonly style: string
  readonly scripts: readonly string[]
  /** What the library's licence asks to be kept with it. */
  readonly notice: string
  /** What the page may do: run these scripts, apply this style, and nothing else; no network. */
  readonly policy: string
}

/** @throws TuneError CONFIG when the installation is not complete */
export function inlined(): Inlined {
  const require = createRequire(import.meta.url)
  const style = `${read(() => require.resolve('uplot/dist/uPlot.min.css'))}\n${read(() => asset('report.css'))}`
  const scripts = [
    read(() => require.resolve('uplot/dist/uPlot.iife.min.js')),
    read(() => asset('report.js')),
  ]
  const notice = read(() => require.resolve('uplot/LICENSE'))
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hash).join(' ')}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return { style, scripts, notice, policy }
}

function asset(name: string): string {
  return join(packageRoot(), 'assets', name)
}

function read(locate: () => string): string {
  try {
    return readFileSync(locate(), 'utf8')
  } catch (error) {
    throw new TuneError('CONFIG', `a part of the HTML report is missing: ${messageOf(error)}`, {
      hint: 'install tune again; the other formats work without it',
      cause: error,
    })
  }
}

/** As a browser counts it: over exactly the text between the tags. */
function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
