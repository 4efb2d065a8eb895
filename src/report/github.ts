/** For a job on GitHub Actions: annotations on the run's page, and a summary of the step. */
import { markdownWithin } from './markdown.ts'
import type { Level, Report } from './model.ts'

/** GitHub shows so many of a step, and no more. */
const MOST_ANNOTATIONS = 10
/** Of a step's summary; a larger one is not shown at all. */
export const SUMMARY_BYTES = 1024 * 1024

type Command = 'error' | 'warning'

const COMMANDS: Readonly<Partial<Record<Level, Command>>> = {
  critical: 'error',
  // Exit code 3: nothing is known to be wrong
  invalid: 'warning',
  warn: 'warning',
}

interface Annotation {
  readonly command: Command
  readonly title: string
  readonly text: string
}

/** Annotations, then the summary: what a job's log shows where there is no file for the summary. */
export function github(report: Report): string {
  const found = annotations(report)
  return `${found}${found === '' ? '' : '\n'}${stepSummary(report)}`
}

/** The answer first where it is bad, then what made it so, then warnings; a line each. */
export function annotations({ title, banner, sections, views }: Report): string {
  // What cannot be told is no error, and must not pass unseen
  const answer = banner.level === 'not measured' ? 'warning' : COMMANDS[banner.level]
  const warnings = sections.flatMap((section) =>
    section.id === 'warnings' && section.kind === 'list' ? section.items : [],
  )
  const all: Annotation[] = [
    ...(answer === undefined ? [] : [{ command: answer, title, text: banner.text }]),
    ...(views?.cases?.() ?? []).flatMap(({ id, level, text }) => {
      const command = COMMANDS[level]
      // A comparison's answer names its changes already
      return command === undefined || banner.text.includes(text)
        ? []
        : [{ command, title: `${title}: ${id}`, text }]
    }),
    ...warnings.map(({ label, text }) => ({
      command: 'warning' as const,
      title: `${title}: ${label}`,
      text,
    })),
  ]
  const first = [...all.filter(isError), ...all.filter((one) => !isError(one))]
  const shown =
    first.length <= MOST_ANNOTATIONS ? first : [...first.slice(0, MOST_ANNOTATIONS - 1), left(first)]
  return shown.map(line).join('')
}

function isError({ command }: Annotation): boolean {
  return command === 'error'
}

function left(all: readonly Annotation[]): Annotation {
  const count = all.length - MOST_ANNOTATIONS + 1
  return { command: 'warning', title: 'tune', text: `${count} more are in the summary of the step` }
}

/** Workflow commands end at a line's end, and their properties at a comma. */
function line({ command, title, text }: Annotation): string {
  const value = escaped(title).replaceAll(':', '%3A').replaceAll(',', '%2C')
  return `::${command} title=${value}::${escaped(text)}\n`
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** @param bytes what is left of the step's summary, where others wrote to it before */
export function stepSummary(report: Report, bytes = SUMMARY_BYTES): string {
  return markdownWithin(report, bytes)
}
