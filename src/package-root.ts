import { fileURLToPath } from 'node:url'

/** The package's own folder, with `profiles/` and `schemas/` in it: one up from here, in `src` as in `dist`. */
export function packageRoot(): string {
  return fileURLToPath(new URL('../', import.meta.url))
}
