/** JUnit XML: a case for each verdict. What cannot be told is skipped with its message, never passed. */
import type { Case, Report } from './model.ts'
import { noView } from './no-format.ts'

export function junit({ title, banner, views }: Report): string {
  const cases = views?.cases?.()
  if (cases === undefined) throw noView('junit', title)
  const count = (kind: Outcome) => cases.filter(({ level }) => OUTCOMES[level] === kind).length
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tune" ${counts}>`,
    `  <testsuite name="${escaped(title)}" ${counts}>`,
    ...cases.map((one) => testcase(title, one)),
    `    <system-out>${escaped(banner.text)}</system-out>`,
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')}\n`
}

type Outcome = 'passed' | 'failure' | 'error' | 'skipped'

/** A warning passes, as it does for the exit code, and says so. */
const OUTCOMES: Readonly<Record<Case['level'], Outcome>> = {
  ok: 'passed',
  warn: 'passed',
  critical: 'failure',
  invalid: 'error',
  'not measured': 'skipped',
  'not applicable': 'skipped',
}

function testcase(suite: string, { id, level, text }: Case): string {
  const head = `    <testcase classname="${escaped(suite)}" name="${escaped(id)}">`
  const outcome = OUTCOMES[level]
  const message = escaped(text)
  switch (outcome) {
    case 'passed':
      return `${head}<system-out>${level === 'warn' ? 'warning: ' : ''}${message}</system-out></testcase>`
    case 'skipped':
      return `${head}<skipped message="${message}"/></testcase>`
    default:
      return `${head}<${outcome} type="${level}" message="${message}">${message}</${outcome}></testcase>`
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

/** XML 1.0 has no place for most control characters, not even escaped. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"\n]/g, (character) => ENTITIES[character] ?? character)
}
