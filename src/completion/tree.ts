import type { Command } from 'commander'

/** What can be typed behind one command. */
export interface Place {
  /** The words that lead here, without `tune`: `['bench', 'producer']`; empty for `tune` itself. */
  path: readonly string[]
  commands: readonly Word[]
  options: readonly OptionWord[]
  /** Values of the first argument, where they are a closed list. */
  values: readonly string[]
}

interface Word {
  word: string
  about: string
}

interface OptionWord {
  /** Every spelling: `['-V', '--version']`. */
  words: readonly string[]
  about: string
  /** `none`: a switch; `list`: one of `values`; `any`: free text, where a file name is the best guess. */
  takes: 'none' | 'list' | 'any'
  values: readonly string[]
}

const HELP: OptionWord = {
  words: ['-h', '--help'],
  about: 'display help for command',
  takes: 'none',
  values: [],
}
const VERSION: OptionWord = {
  words: ['-V', '--version'],
  about: 'output the version',
  takes: 'none',
  values: [],
}

/** Every place of the program, the root first. */
export function tree(commands: readonly Command[]): Place[] {
  const root: Place = { path: [], commands: commands.map(word), options: [VERSION, HELP], values: [] }
  return [root, ...commands.flatMap((command) => walk(command, []))]
}

function walk(command: Command, above: readonly string[]): Place[] {
  const path = [...above, command.name()]
  const commands = visible(command)
  const place: Place = {
    path,
    commands: commands.map(word),
    options: [...command.options.filter((option) => !option.hidden).map(optionWord), HELP],
    values: command.registeredArguments[0]?.argChoices ?? [],
  }
  return [place, ...commands.flatMap((child) => walk(child, path))]
}

/** Commander leaves hidden commands out of its help, and adds one called help. */
function visible(command: Command): Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.name() !== 'help')
}

function word(command: Command): Word {
  return { word: command.name(), about: oneLine(command.description()) }
}

function optionWord(option: Command['options'][number]): OptionWord {
  const values = option.argChoices ?? []
  const takes = !option.required && !option.optional ? 'none' : values.length > 0 ? 'list' : 'any'
  const words = [option.short, option.long].filter((text) => text !== undefined)
  return { words, about: oneLine(option.description), takes, values }
}

function oneLine(text: string): string {
  return text.split('\n')[0]?.trim() ?? ''
}
