import { Command, Option } from 'commander'
import type { Profile } from '../profiles/profile.ts'
import type { Io } from './io.ts'

interface ShowFlags {
  for?: 'java' | 'confluent' | 'kafkajs'
  json?: boolean
}

/** `tune profile`: list and show the named sets of client settings. */
export function command(io: Io): Command {
  const profile = new Command('profile').description('named sets of client settings, and what they cost')
  profile
    .command('list')
    .description('the profiles that ship with tune')
    .option('--json', 'one JSON array on standard output')
    .action((flags: { json?: boolean }) => list(io, flags.json ?? false))
  profile
    .command('show')
    .description('the settings of a profile, with notes')
    .argument('<name|file>', 'as in tune profile list, or a YAML file')
    .addOption(
      new Option('--for <client>', 'java: a .properties file; the others: as that client takes them').choices(
        ['java', 'confluent', 'kafkajs'],
      ),
    )
    .option('--json', 'one JSON object on standard output')
    .action((name: string, flags: ShowFlags) => show(io, name, flags))
  return profile
}

async function list(io: Io, json: boolean): Promise<void> {
  const { loadProfile, profileNames } = await import('../profiles/profile.ts')
  const profiles = profileNames().map((name) => loadProfile(name, undefined))
  if (json) {
    const rows = profiles.map(({ name, kind, about, source }) => ({ name, kind, about, source }))
    io.out(`${JSON.stringify(rows, null, 2)}\n`)
    return
  }
  const width = Math.max(...profiles.map(({ name }) => name.length))
  for (const { name, about } of profiles) io.out(`${name.padEnd(width)}  ${about}\n`)
}

async function show(io: Io, name: string, flags: ShowFlags): Promise<void> {
  const { loadProfile } = await import('../profiles/profile.ts')
  const profile = loadProfile(name, undefined, io.cwd)
  if (flags.for === 'confluent' || flags.for === 'kafkajs') {
    const { clientSettings, clientText } = await import('../profiles/client.ts')
    const settings = clientSettings(profile, flags.for)
    io.out(flags.json ? `${JSON.stringify(settings, null, 2)}\n` : clientText(profile, settings))
    return
  }
  const { javaProperties } = await import('../profiles/java.ts')
  if (flags.json) {
    const shown: Profile | Profile['properties'] = flags.for === 'java' ? profile.properties : profile
    io.out(`${JSON.stringify(shown, null, 2)}\n`)
    return
  }
  io.out(javaProperties(profile))
}
