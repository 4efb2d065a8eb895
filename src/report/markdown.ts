/** For a pull request or a wiki page. */
import type { ListSection, Report, Section, TableSection } from './model.ts'

const FENCE = '```'

export function markdown({ title, subtitle, banner, sections }: Report): string {
  const blocks = [
    `# ${title}`,
    bullets(subtitle),
    `**${escaped(banner.text)}**`,
    bullets(banner.notes),
    ...sections.flatMap((section) => [`## ${escaped(section.title)}`, ...body(section)]),
  ]
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
    ...rows.map(({ cells }) => line(cells.map((cell) => escaped(cell.trim())))),
  ].join('\n')
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${escaped(line)}`).join('\n')
}

/** What Markdown would take for its own. */
function escaped(text: string): string {
  return text.replace(/[\\|*_<>`]/g, (character) => `\\${character}`)
}
