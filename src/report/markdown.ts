/** For a pull request or a wiki page. */
import type { ListSection, Report, Section, TableSection } from './model.ts'

const FENCE = '```'
/** GitHub takes comments of 65,536 characters; what a bot adds around it has to fit as well. */
const MOST_BYTES = 64_000

export function markdown(report: Report): string {
  return markdownWithin(report, MOST_BYTES)
}

/** Sections that would not fit are left out from the end, and named. */
export function markdownWithin({ title, subtitle, banner, sections }: Report, mostBytes: number): string {
  const head = [`# ${title}`, bullets(subtitle), `**${escaped(banner.text)}**`, bullets(banner.notes)]
  const parts = sections.map((section) => [`## ${escaped(section.title)}`, ...body(section)])
  const whole = joined([...head, ...parts.flat()])
  if (Buffer.byteLength(whole) <= mostBytes) return whole
  for (let kept = parts.length - 1; kept >= 0; kept--) {
    const left = sections.slice(kept).map((section) => section.title)
    const note = `_Left out, as it would be too long: ${escaped(left.join(', '))}. The whole is in the result._`
    const text = joined([...head, ...parts.slice(0, kept).flat(), note])
    if (Buffer.byteLength(text) <= mostBytes) return text
  }
  return joined([`# ${title}`, `**${escaped(banner.text)}**`])
}

function joined(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function body(section: Section): string[] {
  if (section.kind === 'table')
    return [tableLines(section), ...(section.notes ?? []).map((note) => `_${escaped(note)}_`)]
  if (section.kind === 'text') return [section.lines.map(escaped).join('\n')]
  if (section.kind === 'code') return [[`${FENCE}${section.language}`, ...section.lines, FENCE].join('\n')]
  return [section.items.map(item).join('\n')]
}

function item({ label, text, notes = [] }: ListSection['items'][number]): string {
  return [`- **${escaped(label)}**: ${escaped(text)}`, ...notes.map((note) => `  - _${escaped(note)}_`)].join(
    '\n',
  )
}

function tableLines({ columns, rows }: TableSection): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(columns.map(({ title }) => escaped(title))),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map(({ cells }) => line(cells.map((cell) => escaped(cell.trim()).replaceAll('\n', ' ')))),
  ].join('\n')
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${escaped(line)}`).join('\n')
}

/** What Markdown would take for its own. */
function escaped(text: string): string {
  return text.replace(/[\\|*_<>`]/g, (character) => `\\${character}`)
}
