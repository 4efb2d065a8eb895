/**
 * The door through which properties and a client's settings get into plans that are printed and into results, and so
 * into every report: without secrets, whatever the kind of bench. connection.ts keeps the logins it knows, but there
 * are names that only some clients or other programs read.
 */
import type { ClientResult } from '../core/result.ts'
import type { EffectiveConfig, Properties } from '../drivers/driver.ts'
import { redact } from '../secrets.ts'

export function shownProperties(properties: Properties): Record<string, string> {
  return redact(properties)
}

export function shownConfig({
  values,
  unsupported,
  notes,
}: EffectiveConfig): ClientResult['effectiveConfig'] {
  return { values: redact(values), unsupported: [...unsupported], notes: [...notes] }
}
