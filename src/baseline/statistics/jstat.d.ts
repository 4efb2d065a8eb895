declare module 'jstat' {
  /** As far as it is used here. */
  const jstat: {
    readonly jStat: {
      readonly normal: { inv(p: number, mean: number, sd: number): number }
      readonly studentt: {
        inv(p: number, degrees: number): number
        cdf(x: number, degrees: number): number
      }
    }
  }
  export default jstat
}
