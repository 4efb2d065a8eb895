/** A file that a plan writes. */
export interface EmittedFile {
  /** Below the folder that was asked for. */
  readonly path: string
  readonly text: string
  /** What it is, one line. */
  readonly about: string
  /** What files of this kind were tried on; absent where on nothing real. */
  readonly triedOn?: string
  readonly executable?: true
}
