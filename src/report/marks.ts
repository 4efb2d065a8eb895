import type { Level } from './model.ts'

/** What stands for a level where colour may not be seen. */
export const MARKS: Readonly<Record<Level, string>> = {
  ok: '✓',
  warn: '!',
  critical: '✗',
  invalid: '✗',
  'not measured': '?',
  'not applicable': '·',
}
