/** Median of numbers; the mean of the middle two for an even count. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** `1.23 (1.10 – 1.31)`: median and the whole spread. */
export function spread(values, digits = 2) {
  const at = (value) => value.toFixed(digits)
  return `${at(median(values))} (${at(Math.min(...values))} – ${at(Math.max(...values))})`
}
