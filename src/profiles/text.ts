/** What every rendering of a profile begins with. */
import type { Profile } from './profile.ts'

const WIDTH = 100

/** Comment lines of at most 100 columns. */
export function wrapped(text: string, mark = '# '): string[] {
  const lines: string[] = []
  let line = mark.trimEnd()
  for (const word of text.split(/\s+/)) {
    if (line.length > mark.length && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = mark.trimEnd()
    }
    line += ` ${word}`
  }
  return [...lines, line]
}

/** Name, purpose and source of a profile as comment lines. */
export function heading(profile: Profile, mark = '# '): string[] {
  return [
    ...wrapped(`${profile.name}: ${profile.about}`, mark),
    ...wrapped(`source: ${profile.source}`, mark),
    ...(profile.extends.length === 0 ? [] : wrapped(`extends: ${profile.extends.join(', ')}`, mark)),
  ]
}
