/** HTML whose texts are always escaped: what goes in as text cannot come out as markup. */

export interface Markup {
  readonly markup: string
}

type Part = Markup | string | number | undefined | false | readonly Part[]

/** A template: strings become text, markup stays markup, lists are put in a row, undefined and false are left out. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: pieces.map((piece, n) => piece + rendered(parts[n])).join('') }
}

function rendered(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return 'markup' in part ? part.markup : part.map(rendered).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

/** What was made elsewhere and is known to be safe: a style sheet, a script. */
export function raw(markup: string): Markup {
  return { markup }
}

/** JSON in a `<script>` that is data: no text in it can end the element. */
export function jsonScript(id: string, data: unknown): Markup {
  const text = JSON.stringify(data).replaceAll('<', '\\u003c')
  return raw(`<script type="application/json" id="${id}">${text}</script>`)
}
