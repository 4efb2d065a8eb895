import type { Report } from './model.ts'

/** Exactly the document, and nothing else. */
export function json({ data }: Report): string {
  return `${JSON.stringify(data, null, 2)}\n`
}
