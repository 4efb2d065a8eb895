import { TuneError } from '../errors.ts'

/** `key=value` words of a flag that takes several; the later of equal keys wins. @throws TuneError USAGE */
export function parseKeyValues(words: readonly string[] | undefined, flag: string): Record<string, string> {
  const pairs: Record<string, string> = {}
  for (const word of words ?? []) {
    const equals = word.indexOf('=')
    if (equals < 1) {
      throw new TuneError('USAGE', `${flag}: '${word}' is not key=value`, {
        hint: `for example ${flag} linger.ms=5 acks=all`,
      })
    }
    pairs[word.slice(0, equals).trim()] = word.slice(equals + 1).trim()
  }
  return pairs
}
