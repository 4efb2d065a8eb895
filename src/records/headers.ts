/** Headers: the same on every record. */
import { TuneError } from '../errors.ts'
import { parseBytes } from '../units.ts'
import { fillLetters, randomOf } from './random.ts'

export interface HeaderSpec {
  readonly key: string
  readonly value: string
}

const STREAM = 3
const MAX_HEADERS = 1000
const EXAMPLE = 'source=loans, or 3x20 for three of 20 bytes'

/**
 * `name=value`, or `COUNTxBYTES` for so many headers `header-1`, `header-2`, … of random letters.
 * @throws TuneError USAGE
 */
export function parseHeaders(texts: readonly string[], seed: number, flag = '--header'): HeaderSpec[] {
  const random = randomOf(seed, STREAM)
  const headers = texts.flatMap((text): HeaderSpec[] => {
    const equals = text.indexOf('=')
    if (equals > 0) return [{ key: text.slice(0, equals).trim(), value: text.slice(equals + 1) }]
    const [, count, size] = /^(\d+)x(.+)$/i.exec(text.trim()) ?? []
    if (count === undefined || size === undefined || Number(count) < 1 || Number(count) > MAX_HEADERS) {
      throw new TuneError('USAGE', `${flag}: '${text}' is neither name=value nor COUNTxBYTES`, {
        hint: `for example ${EXAMPLE}`,
      })
    }
    const letters = new Uint8Array(parseBytes(size, flag, { max: 1024 ** 2 }))
    return Array.from({ length: Number(count) }, (_, index) => {
      fillLetters(letters, random)
      return { key: `header-${index + 1}`, value: Buffer.from(letters).toString('latin1') }
    })
  })
  if (headers.length > MAX_HEADERS) {
    throw new TuneError('USAGE', `${flag}: ${headers.length} headers are more than ${MAX_HEADERS}`)
  }
  return headers
}
