/** Properties of producers and of each group's consumers. */
import type { Plan } from '../schema.ts'
import type { EmittedFile } from './file.ts'

export function clientFiles({ settings }: Plan): EmittedFile[] {
  return settings
    .filter(({ step }) => step === 'clients')
    .map((group) => {
      const name = group.id.startsWith('consumers.')
        ? `consumer-${group.id.slice('consumers.'.length)}`
        : group.id
      return {
        path: `clients/${name}.properties`,
        about: `settings of ${group.title}; where to connect and how to log in is not in it`,
        triedOn: 'Apache Kafka (the Java tools, and tune bench)',
        text: commented(group.settings, (key, value) => `${key}=${value}`),
      }
    })
}

/** A comment stands on a line of its own: after a value it would be part of it (java.util.Properties). */
function commented(
  settings: Plan['settings'][number]['settings'],
  line: (key: string, value: string) => string,
): string {
  return `${settings.map(({ key, value, why }) => `# ${why}\n${line(key, value)}`).join('\n')}\n`
}
