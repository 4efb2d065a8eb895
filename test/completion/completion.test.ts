import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command } from '../../src/commands/completion.ts'
import { allCommands, COMMANDS } from '../../src/commands/index.ts'
import { SCRIPTS, tree } from '../../src/completion/index.ts'
import { lacks } from '../e2e/requirements.ts'
import { testIo } from '../test-io.ts'

const broker = new Command('broker').description('it takes what it is given: brokers')
broker
  .command('start')
  .description("start one; don't wait")
  .addOption(new Option('-e, --engine <name>', 'which').choices(['kafka', 'mock']))
  .option('--port <n>', 'where')
  .option('--detach', 'leave it')
  .addOption(new Option('--secret').hideHelp())
broker.command('stop').description('stop it')
const shells = new Command('completion').description('print a script')
shells.argument('<shell>', 'which')
const places = tree([broker, shells])

const at = (path: string) => places.find((place) => place.path.join(' ') === path)

describe('the words of the program', () => {
  it('are found at every depth, hidden ones left out', () => {
    expect(places.map(({ path }) => path.join(' '))).toEqual([
      ...['', 'broker', 'broker start', 'broker stop', 'completion'],
    ])
    expect(at('')?.commands.map(({ word }) => word)).toEqual(['broker', 'completion'])
    expect(at('broker start')?.options.flatMap(({ words }) => words)).toEqual([
      ...['-e', '--engine', '--port', '--detach', '-h', '--help'],
    ])
  })

  it('know what an option takes', () => {
    const takes = (word: string) =>
      at('broker start')?.options.find(({ words }) => words.includes(word))?.takes
    expect([takes('--engine'), takes('--port'), takes('--detach')]).toEqual(['list', 'any', 'none'])
  })

  it('are those of all commands of tune', async () => {
    const words = tree(await allCommands(testIo()))[0]?.commands.map(({ word }) => word)
    expect(words).toEqual(Object.keys(COMMANDS))
  })
})

describe.skipIf(lacks('bash'))('completion in bash', () => {
  let dir: string
  let script: string
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'tune-completion-'))
    script = join(dir, 'tune.bash')
    writeFileSync(script, SCRIPTS.bash(places))
  })
  afterAll(() => rmSync(dir, { recursive: true }))

  /** What bash offers for the last word. */
  function offered(...words: string[]): string[] {
    const ask = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tune; echo "\${COMPREPLY[*]}"`
    const said = execFileSync('bash', ['-c', ask, 'bash', script, 'tune', ...words], { encoding: 'utf8' })
    return said.trim().split(' ').filter(Boolean)
  }

  it('offers commands', () => expect(offered('b')).toEqual(['broker']))
  it('offers what is below a command', () => expect(offered('broker', 'st')).toEqual(['start', 'stop']))
  it('offers flags', () => expect(offered('broker', 'start', '--d')).toEqual(['--detach']))
  it('offers the values of a flag', () => {
    expect(offered('broker', 'start', '--engine', '')).toEqual(['kafka', 'mock'])
    expect(offered('broker', 'start', '-e', 'm')).toEqual(['mock'])
  })
  it('offers files, by offering nothing, for free values', () => {
    expect(offered('broker', 'start', '--port', '')).toEqual([])
  })
  it('stays at a command after its flags', () => {
    expect(offered('broker', 'start', '--detach', '--p')).toEqual(['--port'])
  })
})

describe('the other shells', () => {
  it.each(['zsh', 'fish'] as const)('%s gets every word', (shell) => {
    const text = SCRIPTS[shell](places)
    for (const word of ['broker', 'start', 'engine', 'mock', 'detach']) expect(text).toContain(word)
    expect(text).not.toContain('secret')
  })

  it.skipIf(lacks('zsh'))('zsh can read it', () => {
    execFileSync('zsh', ['-n'], { input: SCRIPTS.zsh(places) })
  })

  it.skipIf(lacks('fish'))('fish can read it', () => {
    execFileSync('fish', ['--no-execute'], { input: SCRIPTS.fish(places) })
  })
})

describe('tune completion', () => {
  it.each(Object.keys(SCRIPTS))('prints the script of %s', async (shell) => {
    const io = testIo()
    await command(io, async () => [broker]).parseAsync([shell], { from: 'user' })
    expect(io.stdout).toContain('broker')
    expect(io.stderr).toBe('')
  })
})
