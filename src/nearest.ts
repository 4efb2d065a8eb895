import { closest, distance } from 'fastest-levenshtein'

/** The name that was probably meant, or undefined where none is near. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined
  const best = closest(name.toLowerCase(), candidates)
  // Two slips in 19 or S3 leave nothing of it
  const most = name.length <= 3 ? Math.floor((name.length - 1) / 2) : Math.max(2, name.length / 3)
  return distance(name.toLowerCase(), best.toLowerCase()) <= most ? best : undefined
}

/** For a hint: `did you mean linger.ms?`, or the list where nothing is near. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const best = nearest(name, candidates)
  return best === undefined ? `one of ${candidates.join(', ')}` : `did you mean ${best}?`
}
