/**
 * The text of a connector's configuration: `.properties` as standalone workers read it, or JSON as Connect's REST does
 * (`{"name", "config": {…}}`, or the inner object alone). Guides write what java.util.Properties would misread: a comment
 * after a value, and JSON over several lines; both are taken as they were meant, and told.
 */
import { type Env, fill } from '../../config-providers.ts'
import { TuneError } from '../../errors.ts'
import { jsonErrorPlace } from '../../json-place.ts'
import { parseProperties } from '../../properties-file.ts'

export interface ConfigEntry {
  readonly value: string
  /** `file:line`. */
  readonly where: string
  /** What of it came from elsewhere, and may be secret. */
  readonly filled?: readonly string[]
}

export interface ConfigText {
  /** How errors call the file. */
  readonly shown: string
  /** Of what comes twice the last, as in Java. */
  readonly entries: ReadonlyMap<string, ConfigEntry>
  /** Keys whose values Java would have read otherwise. */
  readonly misread: readonly string[]
}

/**
 * @param shown name of the file
 * @throws TuneError CONFIG
 */
export function parseConfig(text: string, shown: string, env: Env): ConfigText {
  const bare = text.replace(/^\uFEFF/, '')
  const found = /^\s*\{/.test(bare) ? fromJson(bare, shown) : fromProperties(bare, shown)
  const entries = new Map<string, ConfigEntry>()
  for (const { key, value, line } of found.lines) {
    const where = line === undefined ? shown : `${shown}:${line}`
    const { text, parts } = fill(value, key, where, env)
    entries.set(key, { value: text, where, ...(parts.length === 0 ? {} : { filled: parts }) })
  }
  return { shown, entries, misread: found.misread }
}

interface Found {
  readonly lines: readonly { key: string; value: string; line: number | undefined }[]
  readonly misread: readonly string[]
}

function fromJson(text: string, shown: string): Found {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    const place = jsonErrorPlace(text)
    throw new TuneError('CONFIG', `${shown}:${place?.line ?? 1}: this is not JSON`, {
      hint:
        place?.isEnd === true
          ? 'it ends too early'
          : `mend it at line ${place?.line}, column ${place?.column}`,
    })
  }
  const inner = membersOf(document).get('config')
  const isWrapped = typeof inner === 'object' && inner !== null && !Array.isArray(inner)
  const members = membersOf(isWrapped ? inner : document)
  const name = membersOf(document).get('name')
  if (isWrapped && !members.has('name') && name !== undefined) members.set('name', name)
  const lines = [...members].map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? value : JSON.stringify(value),
    line: lineOf(text, key),
  }))
  return { lines, misread: [] }
}

const membersOf = (value: unknown) =>
  new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : [])

function lineOf(text: string, key: string): number | undefined {
  const quoted = JSON.stringify(key)
  let at = text.lastIndexOf(quoted)
  while (at >= 0) {
    if (/^\s*:/.test(text.slice(at + quoted.length))) return text.slice(0, at).split('\n').length
    at = at === 0 ? -1 : text.lastIndexOf(quoted, at - 1)
  }
  return undefined
}

function fromProperties(text: string, shown: string): Found {
  const joined = joinLists(text)
  const misread = new Set<string>()
  const lines = parseProperties(joined.text, shown).map(({ key, value, line }) => {
    const plain = withoutComment(value)
    if (plain !== value || joined.lines.has(line)) misread.add(key)
    return { key, value: plain, line }
  })
  return { lines, misread: [...misread] }
}

/** A comment needs a blank before it: `#` within a URL or a password stays. */
function withoutComment(value: string): string {
  return (/^#/.test(value) ? '' : value.replace(/[ \t]+#(?:[ \t].*)?$/, '')).trimEnd()
}

/** A property whose value begins with a bracket. */
const OPENS = /^[ \t]*[^#!\s=:][^=:\s]*[ \t]*[=:][ \t]*(?=[[{])/

/** `key=[` up to the line with its `]` becomes one line; those after it stay empty, so that lines keep their numbers. */
function joinLists(text: string): { text: string; lines: ReadonlySet<number> } {
  const out: string[] = []
  const joinedAt = new Set<number>()
  const natural = text.split(/\r\n|\r|\n/)
  for (let at = 0; at < natural.length; at++) {
    const line = natural[at] ?? ''
    const end = OPENS.test(line) ? endOfList(natural, at) : undefined
    if (end === undefined) {
      out.push(line)
      continue
    }
    const parts = natural.slice(at, end + 1).filter((part, index) => index === 0 || !/^\s*#/.test(part))
    out.push(parts.map((part) => part.trim()).join(' '), ...Array<string>(end - at).fill(''))
    joinedAt.add(at + 1)
    at = end
  }
  return { text: out.join('\n'), lines: joinedAt }
}

/** The line in which every bracket is closed; undefined where it is the same, or where another property comes first. */
function endOfList(lines: readonly string[], from: number): number | undefined {
  let depth = depthOf((lines[from] ?? '').replace(OPENS, ''))
  for (let at = from + 1; depth > 0 && at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (/^\s*[a-z][\w.]*\s*=/i.test(line)) return undefined
    depth += depthOf(line)
    if (depth <= 0) return at
  }
  return undefined
}

/** Brackets opened less those closed, outside of quotes. */
function depthOf(line: string): number {
  const bare = withoutComment(line).replace(/"(?:[^"\\]|\\.)*"/g, '')
  return [...bare].reduce((sum, one) => sum + ('[{'.includes(one) ? 1 : ']}'.includes(one) ? -1 : 0), 0)
}
