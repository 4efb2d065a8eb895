/** How full each part of a pipeline gets as its load grows: what breaks first, and when the next one does. */
import type { Plan } from '../../plan/schema.ts'
import { formatNumber } from '../../units.ts'
import type { Chart, Color } from '../chart.ts'
import { MISSING, shareCell } from '../format.ts'

/** The first to break come first; more lines than that hide each other. */
const COLORS: readonly Color[] = ['first', 'second', 'third', 'fourth', 'fifth']

export function planCharts({ limits }: Plan): Chart[] {
  const parts = limits.parts.slice(0, COLORS.length)
  if (limits.loads.length < 2 || parts.length === 0) return []
  const usedOf = ({ needs, have }: (typeof parts)[number]) =>
    limits.loads.map((_, n) => {
      const needed = needs[n]
      return needed === null || needed === undefined || have === 0 ? null : needed / have
    })
  return [
    {
      kind: 'lines',
      id: 'limits-drawn',
      title: 'How full each part gets as the load grows',
      about: 'What crosses 100 % breaks there. The line of what breaks first is the leftmost.',
      x: { title: "times today's peak", scale: 'number', log: true, values: limits.loads },
      left: { title: 'used of what there is', scale: 'share', log: true },
      lines: [
        ...parts.map((part, n) => ({
          title: part.title,
          style: 'line' as const,
          color: COLORS[n] ?? 'quiet',
          values: usedOf(part),
        })),
        { title: 'full', style: 'dashed', color: 'bad', values: limits.loads.map(() => 1) },
      ],
      numbers: {
        columns: [
          { title: 'load', align: 'right' },
          ...parts.map(({ title }) => ({ title, align: 'right' as const })),
        ],
        rows: limits.loads.map((load, n) => ({
          cells: [
            `${formatNumber(load)}x`,
            ...parts.map((part) => {
              const used = usedOf(part)[n]
              return used === null || used === undefined ? MISSING : shareCell(used, 0)
            }),
          ],
        })),
      },
    },
  ]
}
