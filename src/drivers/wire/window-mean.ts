/** A mean over what came since it was read last. */
export function windowMean() {
  let sum = 0
  let count = 0
  return {
    add(value: number) {
      sum += value
      count += 1
    },
    read(): number | undefined {
      const mean = count === 0 ? undefined : sum / count
      sum = 0
      count = 0
      return mean
    },
  }
}
