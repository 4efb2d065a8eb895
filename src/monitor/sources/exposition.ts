/** The text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/), as far as samples go. */

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const LINE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"\s*,?\s*/gy
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' }

/** Comments, and lines that are no samples, are passed over. */
export function parseExposition(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const match = line.startsWith('#') ? null : LINE.exec(line)
    if (match === null) return []
    const [, name = '', inner = '', number = ''] = match
    const labels: Record<string, string> = {}
    for (const [, label = '', value = ''] of inner.matchAll(LABEL)) {
      labels[label] = value.replace(/\\(.)/g, (whole, char: string) => ESCAPED[char] ?? whole)
    }
    return [{ name, labels, value: toNumber(number) }]
  })
}

function toNumber(text: string): number {
  if (text === '+Inf' || text === '-Inf') return Number(`${text}inity`)
  return Number(text)
}
