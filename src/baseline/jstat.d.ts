declare module 'jstat' {
  /** As far as it is used here. */
  export const jStat: {
    normal: { inv(p: number, mean: number, sd: number): number }
    studentt: { inv(p: number, degrees: number): number }
  }
}
