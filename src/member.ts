/** An own member of whatever it is; undefined where it has none. */
export function member(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null
    ? new Map<string, unknown>(Object.entries(holder)).get(name)
    : undefined
}
