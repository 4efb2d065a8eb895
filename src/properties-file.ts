/** Reads `.properties` text as java.util.Properties.load does (Java SE API, "load(Reader)"). */
import { TuneError } from './errors.ts'

export interface PropertyLine {
  readonly key: string
  readonly value: string
  /** Where it begins, from 1. */
  readonly line: number
}

/**
 * Every key with its value, in order; a key that comes twice is there twice (the later wins in Java).
 * @param name of the file, for messages
 * @throws TuneError CONFIG for a malformed \u escape
 */
export function parseProperties(text: string, name: string): PropertyLine[] {
  return logicalLines(text).map(({ content, line }) => {
    const { key, rest } = splitKey(content)
    return { key: plainText(key, name, line), value: plainText(rest, name, line), line }
  })
}

/** Natural lines joined where one ends in an odd number of backslashes; blank lines and comments left out. */
function logicalLines(text: string): { content: string; line: number }[] {
  const lines: { content: string; line: number }[] = []
  const natural = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  let open: { content: string; line: number } | undefined
  for (const [index, raw] of natural.entries()) {
    const content = raw.replace(/^[ \t\f]+/, '')
    if (open === undefined) {
      if (content === '' || content.startsWith('#') || content.startsWith('!')) continue
      open = { content: '', line: index + 1 }
    }
    const slashes = /\\*$/.exec(content)?.[0].length ?? 0
    if (slashes % 2 === 1) {
      open.content += content.slice(0, -1)
      continue
    }
    open.content += content
    lines.push(open)
    open = undefined
  }
  // A backslash at the end of the file continues nothing
  if (open !== undefined) lines.push(open)
  return lines
}

/** The key ends at the first `=`, `:` or white space that no backslash escapes. */
function splitKey(content: string): { key: string; rest: string } {
  let at = 0
  while (at < content.length && !/[=: \t\f]/.test(content.charAt(at)))
    at += content.charAt(at) === '\\' ? 2 : 1
  const separator = /^[ \t\f]*[=:]?[ \t\f]*/.exec(content.slice(at))?.[0].length ?? 0
  return { key: content.slice(0, at), rest: content.slice(at + separator) }
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

function plainText(text: string, name: string, line: number): string {
  let out = ''
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char !== '\\') {
      out += char
      continue
    }
    at++
    const escaped = text.charAt(at)
    if (escaped !== 'u') {
      out += ESCAPES[escaped] ?? escaped
      continue
    }
    const hex = text.slice(at + 1, at + 5)
    if (!/^[\da-fA-F]{4}$/.test(hex)) {
      throw new TuneError('CONFIG', `malformed \\u escape in ${name}, line ${line}`, {
        hint: 'a backslash in a value is written twice: \\\\',
      })
    }
    out += String.fromCharCode(Number.parseInt(hex, 16))
    at += 4
  }
  return out
}
