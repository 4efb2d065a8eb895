/** Header fields as undici hands them over: name, value, name, value…, each in bytes. Most are looked at by nobody. */

/** Names in lower case; several of a name joined by a comma. */
export type AnswerHeaders = Readonly<Record<string, string>>

/** @param name in lower case */
export function rawHeader(raw: readonly Buffer[], name: string): string | undefined {
  let found: string | undefined
  for (let n = 0; n + 1 < raw.length; n += 2) {
    const field = raw[n]
    if (field?.length !== name.length || lowerCase(field) !== name) continue
    const value = text(raw[n + 1])
    found = found === undefined ? value : `${found}, ${value}`
  }
  return found
}

export function readHeaders(raw: readonly Buffer[]): AnswerHeaders {
  // A name may be __proto__
  const all: Record<string, string> = Object.create(null)
  for (let n = 0; n + 1 < raw.length; n += 2) {
    const name = lowerCase(raw[n])
    const value = text(raw[n + 1])
    all[name] = name in all ? `${all[name]}, ${value}` : value
  }
  return all
}

const lowerCase = (field: Buffer | undefined) => text(field).toLowerCase()

const text = (bytes: Buffer | undefined) => bytes?.toString('latin1') ?? ''
