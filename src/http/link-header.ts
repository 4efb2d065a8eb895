/** The target of a relation in a Link header (RFC 8288). Commas and semicolons inside `<>` and quotes part nothing. */

const PARAMETER = String.raw`;\s*([\w!#$%&'*+.^${'`'}|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^",;\s]+)))?`
const LINK = new RegExp(String.raw`<([^>]*)>((?:\s*${PARAMETER.replaceAll(/\((?!\?)/g, '(?:')})*)`, 'g')

/** @returns as it stands there: it may be relative to the request's URL */
export function linkTarget(header: string | undefined, rel: string): string | undefined {
  for (const [, target, parameters = ''] of header?.matchAll(LINK) ?? []) {
    if (relations(parameters).includes(rel.toLowerCase())) return target
  }
  return undefined
}

/** The first `rel` counts, and may name several. */
function relations(parameters: string): string[] {
  for (const [, name, quoted, bare] of parameters.matchAll(new RegExp(PARAMETER, 'g'))) {
    if (name?.toLowerCase() === 'rel') return (quoted ?? bare ?? '').toLowerCase().split(/\s+/)
  }
  return []
}
