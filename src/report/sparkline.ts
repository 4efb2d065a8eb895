const BARS = '▁▂▃▄▅▆▇█'
const WIDEST = 40

/** A line of bars from 0 to the highest value; a blank is a value that is missing. Long series are put together. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const group = Math.ceil(values.length / WIDEST)
  const points = Array.from({ length: Math.ceil(values.length / group) }, (_, n) => {
    const known = values.slice(n * group, (n + 1) * group).filter((value) => value !== undefined)
    return known.length === 0 ? undefined : Math.max(...known)
  })
  const highest = Math.max(...points.filter((value) => value !== undefined), 0)
  return points
    .map((value) => {
      if (value === undefined) return ' '
      const step = highest === 0 ? 0 : Math.round((value / highest) * (BARS.length - 1))
      return BARS[step] ?? ' '
    })
    .join('')
}
