/** `sasl.jaas.config`: one login module, its flag, its options, a semicolon (JaasConfig of Kafka). */
import { TuneError } from './errors.ts'

export interface JaasLogin {
  /** Class name without its package: `PlainLoginModule`. */
  readonly module: string
  readonly options: Readonly<Record<string, string>>
}

/** @throws TuneError CONFIG; no part of the value is in the message, it holds a password */
export function parseJaas(text: string, name: string): JaasLogin {
  const refuse = (what: string) =>
    new TuneError('CONFIG', `sasl.jaas.config in ${name} ${what}`, {
      hint: 'it reads: org.apache.kafka.common.security.plain.PlainLoginModule required username="…" password="…";',
    })
  const words = tokens(text)
  if (words === undefined) throw refuse('has a quote that is not closed')
  const [module, flag, ...rest] = words
  if (module === undefined || module === ';') throw refuse('names no login module')
  if (!/^(required|requisite|sufficient|optional)$/i.test(flag ?? '')) {
    throw refuse('lacks the word required after the login module')
  }
  if (rest.pop() !== ';') throw refuse('does not end with a semicolon')
  const options: Record<string, string> = {}
  for (let at = 0; at < rest.length; at += 3) {
    const [key, equals, value] = rest.slice(at, at + 3)
    if (key === undefined || equals !== '=' || value === undefined || value === ';') {
      throw refuse('has an option that is not name="value"')
    }
    options[key] = value
  }
  return { module: module.split('.').at(-1) ?? module, options }
}

/** Words, quoted words, `=` and `;`, as Java's StreamTokenizer cuts them; undefined where a quote stays open. */
function tokens(text: string): string[] | undefined {
  const words: string[] = []
  let at = 0
  while (at < text.length) {
    const char = text.charAt(at)
    if (/\s/.test(char)) at++
    else if (char === '=' || char === ';') {
      words.push(char)
      at++
    } else if (char === '"' || char === "'") {
      let word = ''
      at++
      while (at < text.length && text.charAt(at) !== char) {
        if (text.charAt(at) === '\\') at++
        word += text.charAt(at)
        at++
      }
      if (at >= text.length) return undefined
      words.push(word)
      at++
    } else {
      const word = /^[^\s=;"']+/.exec(text.slice(at))?.[0] ?? char
      words.push(word)
      at += word.length
    }
  }
  return words
}
