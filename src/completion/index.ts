import { bash } from './bash.ts'
import { fish } from './fish.ts'
import type { Place } from './tree.ts'
import { zsh } from './zsh.ts'

export { tree } from './tree.ts'

/** One script a shell; each holds every word itself, so pressing Tab starts no process. */
export const SCRIPTS = { bash, zsh, fish } as const satisfies Record<
  string,
  (places: readonly Place[]) => string
>
