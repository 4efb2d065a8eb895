/** Charts as figures: a place that the page's script draws in, what is to be seen in it, and its numbers as a table. */
import type { Chart, Line, SplitChart } from '../chart.ts'
import { html, type Markup, raw } from './markup.ts'
import { tablePart } from './sections.ts'

export function figurePart(chart: Chart): Markup {
  const { id, title, about, numbers } = chart
  return html`<figure id="${id}" class="${chart.kind}">
<figcaption><h3>${title}</h3><p>${about}</p></figcaption>
${chart.kind === 'split' ? splitPart(chart) : html`<div class="plot" data-chart="${id}"></div>`}
<details${chart.kind === 'split' ? raw(' open') : ''}><summary>Numbers</summary>${tablePart(numbers, title)}</details>
</figure>
`
}

/** One bar; its parts add up. */
function splitPart({ parts, facts }: SplitChart): Markup {
  const whole = parts.reduce((sum, { value }) => sum + value, 0)
  const starts = parts.map((_, n) => parts.slice(0, n).reduce((sum, { value }) => sum + value, 0))
  const share = (value: number) => Math.round((value / whole) * 10_000) / 100
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">${parts.map(
    ({ value, color }, n) =>
      raw(
        `<rect class="fill-${color}" x="${share(starts[n] ?? 0)}" y="0" width="${share(value)}" height="10"/>`,
      ),
  )}</svg><ul class="legend">${parts.map(
    ({ title, color }) =>
      html`<li><span class="swatch fill-${color}" aria-hidden="true"></span>${title}</li>`,
  )}</ul><dl class="facts-of">${facts.map(
    ({ label, text }) => html`<div><dt>${label}</dt><dd>${text}</dd></div>`,
  )}</dl>`
}

/** What the script draws from: without texts that the page has already, numbers as exact as a screen. */
export function drawnData(charts: readonly Chart[]): unknown[] {
  return charts.flatMap((chart) => {
    if (chart.kind === 'split') return []
    const { numbers: _, about: __, lines, ...rest } = chart
    const drawn = lines.map((line: Line) => ({ ...line, values: line.values.map(rounded) }))
    return [
      rest.kind === 'lines'
        ? { ...rest, lines: drawn, x: { ...rest.x, values: rest.x.values.map(rounded) } }
        : { ...rest, lines: drawn },
    ]
  })
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(5))
}
