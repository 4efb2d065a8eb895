/** The text format of Prometheus 0.0.4, for a Pushgateway or node_exporter's textfile collector. */
import type { Figure, Quantiles, Report } from './model.ts'
import { noView } from './no-format.ts'

const PREFIX = 'tune_'

export function prometheus({ views, title }: Report): string {
  const figures = views?.figures?.()
  if (figures === undefined) throw noView('prometheus', title)
  // All samples of a name stand together, after its help and type
  const names = [...new Set(figures.map(({ name }) => name))]
  return names
    .map((name) =>
      family(
        `${PREFIX}${name}`,
        figures.filter((figure) => figure.name === name),
      ),
    )
    .join('')
}

function family(name: string, group: readonly Figure[]): string {
  const [first] = group
  if (first === undefined) return ''
  const type = typeof first.value === 'number' ? 'gauge' : 'summary'
  const samples = group.flatMap(({ labels, value }) =>
    typeof value === 'number' ? [sample(name, labels, value)] : summary(name, labels, value),
  )
  return [`# HELP ${name} ${escapedHelp(first.help)}`, `# TYPE ${name} ${type}`, ...samples, ''].join('\n')
}

function summary(name: string, labels: Figure['labels'], { quantiles, sum, count }: Quantiles): string[] {
  return [
    ...Object.entries(quantiles).map(([quantile, value]) => sample(name, { ...labels, quantile }, value)),
    sample(`${name}_sum`, labels, sum),
    sample(`${name}_count`, labels, count),
  ]
}

function sample(name: string, labels: Figure['labels'], value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapedLabel(text)}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`
}

function escapedHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

function escapedLabel(text: string): string {
  return escapedHelp(text).replaceAll('"', '\\"')
}
