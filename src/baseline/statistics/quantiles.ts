/** The door to jstat: quantiles of known distributions. */
// A CommonJS package, whose names Node does not see
import jstat from 'jstat'

const { studentt, normal } = jstat.jStat

export const studentQuantile = (p: number, degrees: number): number => studentt.inv(p, degrees)
/** The chance of x or less. */
export const studentChance = (x: number, degrees: number): number => studentt.cdf(x, degrees)
export const normalQuantile = (p: number): number => normal.inv(p, 0, 1)
