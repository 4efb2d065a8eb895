/** Options of the JVMs that a plan sizes. */
import type { Plan } from '../schema.ts'
import type { EmittedFile } from './file.ts'

export function jvmFiles({ answers }: Plan): EmittedFile[] {
  return answers.flatMap(({ id, title, sizing }) => {
    const options = sizing.commands.find(({ lines }) => lines.every((line) => line.startsWith('export ')))
    if (sizing.calculator !== 'memory' || options === undefined) return []
    return [
      {
        path: `jvm/${id.replace('memory.', '')}.env.sh`,
        about: `options for the ${title}: source it before Kafka's start script`,
        triedOn: 'a JDK',
        text: `# ${sizing.answer.text}\n${options.lines.join('\n')}\n`,
      },
    ]
  })
}
