/** A profile as a `.properties` file of the Java clients. */
import type { Profile } from './profile.ts'
import { heading, wrapped } from './text.ts'

/** Comments stand on lines of their own: after a value they would be part of it (java.util.Properties). */
export function javaProperties(profile: Profile): string {
  const lines = heading(profile)
  for (const [key, value] of Object.entries(profile.properties)) {
    const notes = profile.notes.filter((note) => note.key === key)
    if (notes.length > 0) lines.push('')
    for (const { text } of notes) lines.push(...wrapped(text))
    lines.push(`${escapeKey(key)}=${escapeValue(value)}`)
  }
  return `${lines.join('\n')}\n`
}

/** As java.util.Properties.store writes it. */
function escapeValue(value: string): string {
  return value
    .replace(/\\/g, '\\\\')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(/^ /, '\\ ')
}

function escapeKey(key: string): string {
  return escapeValue(key).replace(/[ :=#!]/g, (special) => `\\${special}`)
}
