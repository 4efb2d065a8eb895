/** The door through which URLs get into plans that are printed, messages and results: without logins and values of the query. */

/** `https://api.example.com/orders?token=…&page=…` */
export function shownUrl(url: string): string {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    // What is no URL may be all secret
    return 'a URL that cannot be read'
  }
  const names = [...new Set(parsed.searchParams.keys())]
  const query = names.length === 0 ? '' : `?${names.map((name) => `${name}=…`).join('&')}`
  return `${parsed.origin}${parsed.pathname}${query}`
}
