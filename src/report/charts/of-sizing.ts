/** The curve of a calculator: how the answer moves with one input. */
import type { Sizing } from '../../sizing/schema.ts'
import { formatNumber } from '../../units.ts'
import type { Chart } from '../chart.ts'

export function sizingCharts({ curve, answer }: Sizing): Chart[] {
  if (curve === undefined || curve.points.length < 2) return []
  const title = ({ name, unit }: { name: string; unit: string }) =>
    unit === '' || unit === name ? name : `${name} (${unit})`
  return [
    {
      kind: 'lines',
      id: 'curve-drawn',
      instead: 'curve',
      title: curve.title,
      about: `${answer.text}.`.replace(/\.\.$/, '.'),
      x: { title: title(curve.x), scale: 'number', values: curve.points.map(({ x }) => x) },
      left: { title: title(curve.y), scale: 'number' },
      lines: [{ title: curve.y.name, style: 'line', color: 'first', values: curve.points.map(({ y }) => y) }],
      numbers: {
        columns: [curve.x, curve.y].map((axis) => ({ title: title(axis), align: 'right' as const })),
        rows: curve.points.map(({ x, y }) => ({
          cells: [formatNumber(x), formatNumber(Number.isInteger(y) ? y : Number(y.toPrecision(4)))],
        })),
      },
    },
  ]
}
