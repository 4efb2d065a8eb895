import type { HttpResult } from '../../core/result.ts'
import { sum } from '../../core/sum.ts'
import type { ClientStats } from '../../http/client.ts'
import { addUp } from './together.ts'

/**
 * What the connections were used for since `before`; those made before are there as well.
 * @param ofMs how long that is
 */
export function poolUse(
  before: readonly ClientStats[],
  after: readonly ClientStats[],
  ofMs: number,
): HttpResult['pool'] {
  const total = (pick: (stats: ClientStats) => number) => sum(after.map(pick))
  const grown = (pick: (stats: ClientStats) => number) => total(pick) - sum(before.map(pick))
  return {
    size: total(({ size }) => size),
    mostInUse: total(({ mostInUse }) => mostInUse),
    waited: grown(({ waited }) => waited),
    busyMs: grown(({ busyMs }) => busyMs),
    ofMs,
    opened: total(({ opened }) => opened),
    closed: total(({ closed }) => closed),
    lookups: total(({ lookups }) => lookups),
    protocols: addUp(after.map(({ protocols }) => protocols)),
  }
}
