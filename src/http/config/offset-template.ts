/**
 * Where a request has its offset: `limit=100&cursor=${offset}`. A pager fills in one query parameter; an offset that is
 * a part of a value, of a path or of a body is filled in once, with the initial one, and that is told.
 */

/** In Confluent's words. */
export const OFFSET = `\${offset}`

export interface RequestTemplate {
  /** With its own query, if it has one. */
  readonly url: string
  /** `k=v` pairs that are added to it. */
  readonly params: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

export interface OffsetPlace {
  /** Without the parameters of the pager. */
  readonly url: string
  readonly body?: string
  /** Query parameter that takes the offset; undefined where there is none. */
  readonly param?: string
  readonly limitParam?: string
  readonly limit?: number
  /** The offset stands where it cannot be moved. */
  readonly isFixed: boolean
  /** The template has an offset somewhere. */
  readonly isThere: boolean
}

/** Under these names APIs take the size of a page. */
const LIMIT_NAMES = /^(limit|per_page|page_?size|page\[size\]|size|count|rows|max_?results|\$top)$/i

/**
 * @param token what stands for the offset: `${offset}`, `${offset.id}`
 * @param initial goes in where it cannot be moved
 * @returns undefined where the URL is none
 */
export function placeOffset(
  template: RequestTemplate,
  token: string,
  initial: string,
): OffsetPlace | undefined {
  const [address = '', query = ''] = splitQuery(template.url)
  const all = [...new URLSearchParams(query), ...template.params]
  const own = all.find(([, value]) => value === token)
  const limit = own === undefined ? undefined : all.find(([name, value]) => isLimit(name, value))
  const fill = (text: string) => text.replaceAll(token, initial)
  if (!URL.canParse(fill(address))) return undefined
  const url = new URL(fill(address))
  for (const pair of all) {
    if (pair !== own && pair !== limit) url.searchParams.append(pair[0], fill(pair[1]))
  }
  const others = [
    address,
    template.body ?? '',
    ...all.filter((pair) => pair !== own).map(([, value]) => value),
  ]
  const isFixed = others.some((text) => text.includes(token))
  return {
    url: url.href,
    ...(template.body === undefined ? {} : { body: fill(template.body) }),
    ...(own === undefined ? {} : { param: own[0] }),
    ...(limit === undefined ? {} : { limitParam: limit[0], limit: Number(limit[1]) }),
    isFixed,
    isThere: own !== undefined || isFixed,
  }
}

const isLimit = (name: string, value: string) => LIMIT_NAMES.test(name) && /^[1-9]\d{0,8}$/.test(value)

function splitQuery(url: string): readonly string[] {
  const at = url.indexOf('?')
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)]
}

/** `k=v` by a separator; what has no `=` is a name without a value. */
export function readParams(
  text: string | undefined,
  separator: string,
): readonly (readonly [string, string])[] {
  return (text ?? '')
    .split(separator)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const at = part.indexOf('=')
      return at < 0
        ? ([part.trim(), ''] as const)
        : ([part.slice(0, at).trim(), decode(part.slice(at + 1).trim())] as const)
    })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
