import type { Command } from 'commander'
import type { Io } from './io.ts'

export interface CommandEntry {
  /** One line for `tune --help`. */
  about: string
  /**
   * Loaded only when the command is called, so that `tune --help` stays fast.
   * @param words of the command line after the command's name
   */
  load: (words?: readonly string[]) => Promise<{ command: (io: Io) => Command }>
}

/** Every command: one file, one line here. */
export const COMMANDS = {
  baseline: {
    about: 'keep runs to compare with, and tell regressions from noise',
    load: () => import('./baseline.ts'),
  },
  bench: {
    about: 'measure a real hot path: producer, consumer, e2e, http, connector, cdc',
    load: () => import('./bench.ts'),
  },
  broker: { about: 'start, stop and list throw-away brokers', load: () => import('./broker.ts') },
  completion: {
    about: 'print the completion script of a shell',
    load: async () => {
      const { command } = await import('./completion.ts')
      return { command: (io: Io) => command(io, allCommands) }
    },
  },
  doctor: { about: 'what this machine can run, and how to mend it', load: () => import('./doctor.ts') },
  plan: {
    about: 'a whole pipeline from one file: every calculator, what breaks first',
    load: () => import('./plan.ts'),
  },
  profile: { about: 'named sets of client settings, and what they cost', load: () => import('./profile.ts') },
  report: { about: 'show, list and check kept results', load: () => import('./report.ts') },
  size: {
    about: 'capacity planning: what a load needs, with every step',
    load: async (words) => (await import('./size.ts')).load(words),
  },
  stub: { about: 'a paged JSON API to measure pollers against', load: () => import('./stub.ts') },
} as const satisfies Record<string, CommandEntry>

/** Every command, built; for what needs the whole program at once. */
export async function allCommands(io: Io): Promise<Command[]> {
  const entries: CommandEntry[] = Object.values(COMMANDS)
  return Promise.all(entries.map(async (entry) => (await entry.load()).command(io)))
}
