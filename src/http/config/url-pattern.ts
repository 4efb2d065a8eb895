/**
 * The guide's split of one API over instances: `https://api.example.com/[a-m]*`. `*` is any text, `[a-m]` one character.
 * Such a pattern says which entities are an instance's, not which there are.
 */
import type { Target } from '../plan.ts'
import { httpUrl, targetName } from './base.ts'
import { takeLogin } from './headers.ts'
import type { Values } from './values.ts'

const PART = /\[([^\]]*)\]|\*/g
const MOST_TARGETS = 1000

/**
 * With entities, those of them that the pattern takes; without, one target for each character that a `[…]` may be.
 * @throws TuneError CONFIG
 */
export function patternTargets(
  values: Values,
  key: string,
  entities: readonly string[] | undefined,
): readonly Target[] {
  const pattern = values.text(key) ?? ''
  const expanded = expand(pattern, (part) => classOf(part) ?? [])
  const broken = [...pattern.matchAll(PART)].some(
    ([, part]) => part !== undefined && (classOf(part) ?? []).length === 0,
  )
  if (broken || expanded.length > MOST_TARGETS || expanded.some((one) => httpUrl(one) === undefined)) {
    throw values.wrong(
      key,
      'is not a pattern of http or https URLs',
      'for example https://api.example.com/[a-m]*',
    )
  }
  const found = entities === undefined ? expanded : matching(pattern, entities)
  if (found.length === 0) {
    throw values.wrong(
      key,
      `takes none of ${entities?.join(', ')}`,
      'name entities that begin as the pattern wants',
    )
  }
  return found.flatMap((text) => {
    const url = httpUrl(text)
    return url === undefined ? [] : [{ name: targetName(url), url: takeLogin(url).url.href }]
  })
}

/** The pattern's URL with each entity that fits in the place of what is open. */
function matching(pattern: string, entities: readonly string[]): readonly string[] {
  const open = pattern.search(/\[|\*/)
  if (open < 0) return [pattern]
  const base = pattern.slice(0, open)
  const regexp = new RegExp(
    `^${pattern
      .slice(open)
      .split(/(\[[^\]]*\]|\*)/)
      .map((part) =>
        part === '*'
          ? '.*'
          : part.startsWith('[')
            ? `[${(classOf(part.slice(1, -1)) ?? []).map(escaped).join('')}]`
            : escaped(part),
      )
      .join('')}$`,
    'i',
  )
  return entities.filter((entity) => regexp.test(entity)).map((entity) => base + entity)
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

function expand(pattern: string, choices: (part: string) => readonly string[]): readonly string[] {
  let out: string[] = ['']
  let at = 0
  for (const match of pattern.matchAll(PART)) {
    const before = pattern.slice(at, match.index)
    const next = match[1] === undefined ? [''] : choices(match[1])
    out = out.flatMap((start) => next.map((one) => start + before + one)).slice(0, MOST_TARGETS + 1)
    at = match.index + match[0].length
  }
  return out.map((start) => start + pattern.slice(at))
}

/** `a-m` is thirteen letters, `abc` three; undefined where a range runs backwards. */
function classOf(part: string): readonly string[] | undefined {
  const out: string[] = []
  for (const [, from = '', to] of part.matchAll(/([\s\S])(?:-([\s\S]))?/g)) {
    const first = from.charCodeAt(0)
    const last = (to ?? from).charCodeAt(0)
    if (last < first || last - first > 128) return undefined
    for (let code = first; code <= last; code++) out.push(String.fromCharCode(code))
  }
  return out
}
