/** One file that needs nothing else: no network, no server; the document it was made from is in it. */
import type { Chart } from '../chart.ts'
import { DOCUMENT_ID, GENERATOR } from '../embedded.ts'
import type { Highlight, Level, Report, Section } from '../model.ts'
import { drawnData, figurePart } from './figures.ts'
import { inlined } from './inlined.ts'
import { html, jsonScript, type Markup, raw } from './markup.ts'
import { levelClass, levelMark, sectionPart } from './sections.ts'

/** Read before the charts, in this order: what was judged, and what speaks against the numbers. */
const FIRST = ['verdicts', 'changes', 'checks', 'alerts', 'warnings']

export function htmlPage(report: Report): string {
  const { style, scripts, notice, policy } = inlined()
  const charts = report.views?.charts?.() ?? []
  const highlights = report.views?.highlights?.() ?? []
  const details = report.views?.details?.() ?? []
  const first = FIRST.flatMap((id) => report.sections.filter((section) => section.id === id))
  // What is drawn is not told in signs again; and a path of the writer's machine tells a reader nothing
  const left = [...FIRST, 'saved', ...charts.map(({ instead }) => instead)]
  const rest = report.sections.filter(({ id }) => !left.includes(id))
  const kept = documentOf(report)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${raw(GENERATOR)}
<link rel="icon" href="data:,">
<title>${report.title}: ${report.banner.text}</title>
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#answer">To the answer</a>
<header>
<div class="top"><h1>${report.title}</h1><button type="button" id="theme" hidden>Dark</button></div>
<ul class="facts">${report.subtitle.map((line) => html`<li>${line}</li>`)}</ul>
</header>
<main>
${bannerPart(report.banner)}
${highlightsPart(highlights)}
${contentsPart([...first, ...charts, ...rest, ...details])}
${first.map(sectionPart)}
${chartsPart(charts)}
${rest.map(sectionPart)}
${details.map(detailPart)}
</main>
<footer><p>Written by tune. The whole document is in this file${kept.note}: <code>tune report THIS.html --report json</code> prints it,
<code>tune report THIS.html</code> shows it on a terminal, and <code>tune baseline diff</code> compares the runs of two such files.</p></footer>
${kept.part}
${jsonScript('tune-charts', drawnData(charts))}
<!-- uPlot, which draws the charts: ${notice} -->
${scripts.map((text) => raw(`<script>${text}</script>\n`))}</body>
</html>
`
  return page.markup
}

/** Above it, a page of ten minutes would be more than people send around. */
const MOST_DOCUMENT_CHARACTERS = 900_000

/** The document, and where it is not as fine as it was made. */
function documentOf({ data, views }: Report): { readonly part: Markup; readonly note: string } {
  let part = jsonScript(DOCUMENT_ID, data)
  let note = ''
  for (const digits of [2, 1] as const) {
    if (views?.smaller === undefined || part.markup.length <= MOST_DOCUMENT_CHARACTERS) break
    part = jsonScript(DOCUMENT_ID, views.smaller(digits))
    note = ` (but for the histograms of each second, which are kept to ${100 / 10 ** digits} %)`
  }
  return { part, note }
}

const WORDS: Readonly<Record<Level, string>> = {
  ok: 'Good',
  warn: 'Warning',
  critical: 'Critical',
  invalid: 'Not to be trusted',
  'not measured': 'Cannot tell',
  'not applicable': 'For your information',
}

function bannerPart({ level, text, notes }: Report['banner']): Markup {
  return html`<section id="answer" class="banner ${levelClass(level)}" aria-label="The answer" tabindex="-1">
<p class="word">${levelMark(level)}${WORDS[level]}</p>
<p class="sentence">${text}</p>
${notes.length === 0 ? '' : html`<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
</section>`
}

function highlightsPart(highlights: readonly Highlight[]): Markup | string {
  if (highlights.length === 0) return ''
  return html`<dl class="highlights" aria-label="Key figures">${highlights.map(
    ({ title, text, note }) =>
      html`<div><dt>${title}</dt><dd>${text}${note === undefined ? '' : html`<small>${note}</small>`}</dd></div>`,
  )}</dl>`
}

function contentsPart(parts: readonly (Section | Chart)[]): Markup {
  // What is there to be pasted stands below what it is for
  const named = parts.filter((part) => part.kind !== 'code')
  return html`<nav aria-label="Contents"><ul>${named.map(
    ({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`,
  )}</ul></nav>`
}

function chartsPart(charts: readonly Chart[]): Markup | string {
  if (charts.length === 0) return ''
  return html`<section class="charts" aria-label="Charts">
<noscript><p class="note">Charts are drawn by a script, which this browser does not run; their numbers are in the tables below them.</p></noscript>
${charts.map(figurePart)}</section>
`
}

/** Closed until it is asked for. */
function detailPart(section: Section): Markup {
  const { title, id } = section
  return html`<details class="detail" id="${id}"><summary>${title}</summary>${sectionBody(section)}</details>
`
}

function sectionBody(section: Section): Markup {
  return sectionPart({ ...section, id: `${section.id}-all` })
}
