/** What an answer can be asked after by, and how (RFC 9110 13.1). */

export interface Validators {
  readonly etag?: string
  readonly lastModified?: string
}

/** undefined where the answer has none. */
export function validatorsOf(headers: Readonly<Record<string, string>>): Validators | undefined {
  const { etag, 'last-modified': lastModified } = headers
  if (etag === undefined && lastModified === undefined) return undefined
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  }
}

/** A server that gets If-None-Match ignores If-Modified-Since (RFC 9110 13.1.3), so only one is sent. */
export function conditionalHeaders({ etag, lastModified }: Validators): Readonly<Record<string, string>> {
  if (etag !== undefined) return { 'if-none-match': etag }
  return lastModified === undefined ? {} : { 'if-modified-since': lastModified }
}

/** A 304 makes sense only to who asked for it. */
export function isConditional(headers: Readonly<Record<string, string>>): boolean {
  return 'if-none-match' in headers || 'if-modified-since' in headers
}
