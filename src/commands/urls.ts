/** Addresses of HTTP endpoints from flags. */
import { fillAddress, withoutReferences } from '../config-providers.ts'
import { TuneError } from '../errors.ts'
import type { Io } from './io.ts'

/** With its references filled in. A password that was typed is refused: it is in the process list. */
export function readUrl(text: string, flag: string, { env }: Io): string {
  const typed = /:\/\/[^/@:]*:([^/@]*)@/.exec(text)?.[1]
  if (typed !== undefined && withoutReferences(typed) !== '') {
    throw new TuneError(
      'USAGE',
      `${flag} has a password on the command line, where every user of this machine sees it in the process list`,
      { hint: `write it as a reference, in single quotes: ${flag} 'http://me:\${env:PASSWORD}@host:port'` },
    )
  }
  const filled = fillAddress(text, 'the address', flag, env)
  if (!/^https?:\/\//.test(filled) || !URL.canParse(filled)) {
    throw new TuneError('USAGE', `${flag}: '${withoutLogin(text)}' is not an http or https address`, {
      hint: `for example ${flag} http://127.0.0.1:8083`,
    })
  }
  return filled
}

export const withoutLogin = (text: string) => text.replace(/\/\/.*@/, '//[hidden]@')
