/** Values from a file, as kafka-producer-perf-test's `--payload-file` takes them; bytes, whatever their encoding. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { TuneError } from '../errors.ts'
import { reasonOf } from '../shipped.ts'

/** Of a longer file only the beginning is used: the pool stays in memory for the whole run. */
const MAX_FILE_BYTES = 32 * 1024 ** 2
const MAX_FILE_RECORDS = 100_000

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', 0: '\0', '\\': '\\' }

/**
 * A delimiter as it is typed in a shell: `\n`, `\r\n`, `\t`, `\0`, `\\`, `\x1e`, or the characters themselves.
 * @throws TuneError USAGE
 */
export function parseDelimiter(text: string, flag = '--payload-delimiter'): string {
  const delimiter = text.replace(/\\(x[0-9a-fA-F]{2}|[\s\S]|$)/g, (whole, escaped: string) => {
    if (/^x../.test(escaped)) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    const meant = ESCAPES[escaped]
    if (meant !== undefined) return meant
    throw new TuneError('USAGE', `${flag}: '${whole}' is no escape`, {
      hint: String.raw`for example \n, \r\n, \t, \0, \x1e or \\`,
    })
  })
  if (delimiter !== '') return delimiter
  throw new TuneError('USAGE', `${flag}: is empty`, { hint: String.raw`for example \n or ;` })
}

export interface PayloadFile {
  readonly values: Buffer[]
  /** True when the file holds more than is used. */
  readonly truncated: boolean
}

/**
 * As Java's split: empty values inside are kept, those at the end are not.
 * @param delimiter already without escapes; \x80 and above are taken as single bytes
 * @throws TuneError CONFIG where there is no such file, or nothing in it
 */
export function readPayloadFile(path: string, delimiter: string): PayloadFile {
  const { bytes, whole } = readStart(path)
  const separator = Buffer.from(delimiter, [...delimiter].every((char) => char <= '\xff') ? 'latin1' : 'utf8')
  const values: Buffer[] = []
  let from = 0
  while (values.length < MAX_FILE_RECORDS) {
    const end = bytes.indexOf(separator, from)
    if (end < 0) break
    values.push(bytes.subarray(from, end))
    from = end + separator.length
  }
  const complete = values.length < MAX_FILE_RECORDS && whole
  if (complete) values.push(bytes.subarray(from))
  while (values.at(-1)?.length === 0) values.pop()
  if (values.length > 0) return { values, truncated: !complete && !(whole && from === bytes.length) }
  throw new TuneError(
    'CONFIG',
    whole ? `${path} holds no records` : `${path} has no delimiter in its first ${MAX_FILE_BYTES} bytes`,
    { hint: 'one record a line, or name what is between them with --payload-delimiter' },
  )
}

function readStart(path: string): { bytes: Buffer; whole: boolean } {
  try {
    const file = openSync(path, 'r')
    try {
      const { size } = fstatSync(file)
      const bytes = Buffer.allocUnsafe(Math.min(size, MAX_FILE_BYTES))
      let at = 0
      for (let got = -1; got !== 0 && at < bytes.length; at += got) {
        got = readSync(file, bytes, at, bytes.length - at, at)
      }
      return { bytes: bytes.subarray(0, at), whole: size <= MAX_FILE_BYTES }
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw new TuneError('CONFIG', `cannot read the payload file ${path}: ${reasonOf(error, path)}`, {
      hint: 'check the path and who may read it',
      cause: error,
    })
  }
}
