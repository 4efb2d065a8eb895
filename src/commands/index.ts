import type { Command } from 'commander'
import type { Io } from './io.ts'

export interface CommandEntry {
  /** One line for `tune --help`. */
  about: string
  /** Loaded only when the command is called, so that `tune --help` stays fast. */
  load: () => Promise<{ command: (io: Io) => Command }>
}

/** Every command: one file, one line here. */
export const COMMANDS = {
  bench: { about: 'measure a real hot path: producer', load: () => import('./bench.ts') },
  broker: { about: 'start, stop and list throw-away brokers', load: () => import('./broker.ts') },
} as const satisfies Record<string, CommandEntry>
