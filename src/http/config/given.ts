/** A member that is there only where its value is: what is undefined must not stand in the way of a default. */
export function given<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V }
export function given<K extends string, T, V>(
  name: K,
  value: T | undefined,
  read: (value: T) => V,
): { [P in K]?: V }
export function given(name: string, value: unknown, read: (value: unknown) => unknown = (same) => same) {
  return value === undefined ? {} : { [name]: read(value) }
}
