/** Sections of a report as HTML: tables that scroll by themselves on narrow screens, lists, texts, code. */

import { MARKS } from '../marks.ts'
import type { Column, Level, ListSection, Row, Section, TableSection } from '../model.ts'
import { intervalBar, spanOf } from './interval.ts'
import { html, type Markup } from './markup.ts'

/** A name for style sheets. */
export function levelClass(level: Level): string {
  return `level-${level.replaceAll(' ', '-')}`
}

export function levelMark(level: Level): Markup {
  return html`<span class="mark" aria-hidden="true">${MARKS[level]}</span>`
}

export function sectionPart(section: Section): Markup {
  return html`<section id="${section.id}" aria-labelledby="${section.id}-title">
<h2 id="${section.id}-title">${section.title}</h2>
${body(section)}
</section>
`
}

function body(section: Section): Markup {
  switch (section.kind) {
    case 'table':
      return tablePart(section, section.title)
    case 'list':
      return html`<dl>${section.items.map(item)}</dl>`
    case 'text':
      return html`${section.lines.map((line) => html`<p>${line}</p>`)}`
    case 'code':
      return html`<pre tabindex="0"><code>${section.lines.join('\n')}</code></pre>`
  }
}

function item({ label, text, level, notes = [] }: ListSection['items'][number]): Markup {
  return html`<div${level === undefined ? '' : html` class="${levelClass(level)}"`}><dt>${
    level === undefined ? '' : levelMark(level)
  }${label}</dt><dd>${text}${notes.map((note) => html`<small>${note}</small>`)}</dd></div>`
}

/** @param label what the table is of, for who hears it */
export function tablePart(
  { columns, rows, levelColumn, notes = [], marks }: Omit<TableSection, 'id' | 'title' | 'kind'>,
  label: string,
): Markup {
  const span = spanOf(rows, marks)
  const head = columns.map(
    (column) =>
      html`<th scope="col" class="${columnClass(column)}">${column.title === '' ? html`<span class="hidden">what</span>` : column.title}</th>`,
  )
  const cellsOf = ({ cells, level, interval }: Row) => [
    columns.map((column, n) => cell(cells[n] ?? '', n, column, n === levelColumn ? level : undefined)),
    span === undefined
      ? ''
      : html`<td class="drawn">${interval === undefined ? '' : intervalBar(interval, span, level)}</td>`,
  ]
  return html`<div class="scroll" role="region" aria-label="${label}: table" tabindex="0"><table>
<thead><tr>${head}${span === undefined ? '' : html`<th scope="col">drawn${(marks ?? []).map(({ title }) => `; dashed: ${title}`)}</th>`}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cellsOf(row)}</tr>`)}</tbody>
</table></div>${notes.map((note) => html`<p class="note">${note}</p>`)}`
}

/** What a narrow terminal leaves out, a narrow screen does too. */
function columnClass({ align, drop }: Column): string {
  return drop === undefined ? align : `${align} drop`
}

function cell(text: string, n: number, column: Column, level: Level | undefined): Markup {
  const shown = text.replace(/^ +/, '')
  // What is a part of the row above is indented, as on a terminal
  const kind = `${columnClass(column)}${shown.length < text.length ? ' part' : ''}`
  if (level !== undefined) {
    return html`<td class="${kind}"><span class="badge ${levelClass(level)}">${levelMark(level)}${shown}</span></td>`
  }
  return n === 0
    ? html`<th scope="row" class="${kind}">${shown}</th>`
    : html`<td class="${kind}">${shown}</td>`
}
