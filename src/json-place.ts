/** Where a JSON text goes wrong. Node 20's own error often has no position, and later versions word it differently. */

export interface Place {
  /** From 1. */
  readonly line: number
  readonly column: number
  /** The text just ends: it was cut short. */
  readonly isEnd: boolean
}

const BLANK = /[ \t\r\n]*/y
const STRING_START = /"(?:[^"\\\p{Cc}]+|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*/uy
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|true|false|null/y

/** The first place at which the text cannot be JSON; undefined when it is. */
export function jsonErrorPlace(text: string): Place | undefined {
  let at = 0
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found !== null) at += found[0].length
    return found !== null && found[0] !== ''
  }
  const isNext = (character: string): boolean => {
    take(BLANK)
    if (text[at] !== character) return false
    at++
    return true
  }
  const string = () => text[at] === '"' && take(STRING_START) && isQuote()
  const isQuote = () => text[at] === '"' && ++at > 0
  const items = (end: string, item: () => boolean): boolean => {
    if (isNext(end)) return true
    do {
      take(BLANK)
      if (!item()) return false
    } while (isNext(','))
    return isNext(end)
  }
  const value = (): boolean => {
    take(BLANK)
    if (isNext('{')) return items('}', () => string() && isNext(':') && value())
    if (isNext('[')) return items(']', value)
    return text[at] === '"' ? string() : take(SCALAR)
  }
  const isValue = value()
  if (isValue) take(BLANK)
  if (isValue && at === text.length) return undefined
  const before = text.slice(0, at).split('\n')
  return {
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
    isEnd: text.slice(at).trim() === '',
  }
}
