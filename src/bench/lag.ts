/** What is in the topic and was not read. A partition without a position counts as read. */
export function lagBehind(ends: readonly number[], positions: readonly (number | undefined)[]): number {
  return ends.reduce((sum, end, partition) => sum + Math.max(0, end - (positions[partition] ?? end)), 0)
}
