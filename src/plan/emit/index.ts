/** The files of a plan: what `--emit` writes. */
import type { PlanFile } from '../document.ts'
import { fieldAt } from '../fields.ts'
import type { Plan } from '../schema.ts'
import { clientFiles } from './clients.ts'
import { connectorFiles } from './connectors.ts'
import type { EmittedFile } from './file.ts'
import { flinkFiles } from './flink.ts'
import { jvmFiles } from './jvm.ts'
import { readmeFile } from './readme.ts'
import { topicFiles } from './topics.ts'

export function filesOf(plan: Plan, { given }: PlanFile): EmittedFile[] {
  const topic = given.get('topic.name')?.text ?? fieldAt('topic.name').default ?? 'events'
  const files = [
    ...topicFiles(plan, topic),
    ...clientFiles(plan),
    ...flinkFiles(plan),
    ...connectorFiles(plan, topic),
    ...jvmFiles(plan),
  ]
  return [readmeFile(plan, files), ...files]
}
