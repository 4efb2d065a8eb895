/** Pages ready to send: text, tag and compressed forms, kept while they are asked for again. */
import { createHash } from 'node:crypto'
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib'
import type { RecordText } from './data.ts'
import type { StubOptions } from './options.ts'
import { type Page, pageText } from './paging.ts'

export const ENCODINGS = ['gzip', 'deflate', 'br'] as const
export type Encoding = (typeof ENCODINGS)[number]

export interface PreparedPage {
  readonly plain: Buffer
  readonly etag: string
  encoded(encoding: Encoding): Buffer
}

/** Pages are kept until they take this much, then all are let go of. */
const KEPT_BYTES = 128 * 1024 * 1024

const COMPRESS: Readonly<Record<Encoding, (plain: Buffer) => Buffer>> = {
  gzip: (plain) => gzipSync(plain, { level: 1 }),
  deflate: (plain) => deflateSync(plain, { level: 1 }),
  br: (plain) => brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
}

export function createPages(
  options: StubOptions,
  recordText: RecordText,
): (page: Page, records: number) => PreparedPage {
  const kept = new Map<string, PreparedPage>()
  let keptBytes = 0
  return (page, records) => {
    const key = `${page.from}:${page.limit}:${page.count}:${records}`
    const known = kept.get(key)
    if (known !== undefined) return known
    const made = prepare(Buffer.from(pageText(page, { ...options, records }, recordText)))
    if (keptBytes > KEPT_BYTES) {
      kept.clear()
      keptBytes = 0
    }
    keptBytes += made.plain.length
    kept.set(key, made)
    return made
  }
}

function prepare(plain: Buffer): PreparedPage {
  const encoded = new Map<Encoding, Buffer>()
  return {
    plain,
    etag: `"${createHash('sha1').update(plain).digest('base64url')}"`,
    encoded(encoding) {
      const known = encoded.get(encoding)
      if (known !== undefined) return known
      const made = COMPRESS[encoding](plain)
      encoded.set(encoding, made)
      return made
    },
  }
}
