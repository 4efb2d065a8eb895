/** Places in a JSON document: RFC 6901 pointers (`/meta/next`), or names with dots (`meta.next`). `-1` is a list's last. */

/** @returns undefined where there is nothing */
export function valueAt(document: unknown, path: string): unknown {
  let value = document
  for (const step of stepsOf(path)) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Array.isArray(value)
      ? value[step === '-1' ? value.length - 1 : Number(step)]
      : member(value, step)
  }
  return value
}

export function stepsOf(path: string): readonly string[] {
  if (path === '' || path === '/') return []
  if (!path.startsWith('/')) return path.split('.')
  return path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function member(of: object, name: string): unknown {
  return Object.hasOwn(of, name) ? Reflect.get(of, name) : undefined
}
