import { Argument, Command } from 'commander'
import type { Io } from './io.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

/** `tune completion bash|zsh|fish`. `all` builds every command, since the words are read from the commands themselves. */
export function command(io: Io, all: (io: Io) => Promise<Command[]>): Command {
  return new Command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
bash: tune completion bash > ~/.local/share/bash-completion/completions/tune
zsh:  tune completion zsh > a folder of $fpath, as _tune
fish: tune completion fish > ~/.config/fish/completions/tune.fish`,
    )
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { SCRIPTS, tree } = await import('../completion/index.ts')
      io.out(SCRIPTS[shell](tree(await all(io))))
    })
}
