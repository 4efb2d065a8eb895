import type { Plan } from '../schema.ts'
import type { EmittedFile } from './file.ts'

/** What each file is, and what files of its kind were tried on. */
export function readmeFile(plan: Plan, files: readonly EmittedFile[]): EmittedFile {
  const rows = files.map(
    ({ path, about, triedOn }) => `| \`${path}\` | ${about} | ${triedOn ?? '**unvalidated**: syntax only'} |`,
  )
  const text = [
    `# Files of the plan ${plan.name}`,
    '',
    plan.text,
    '',
    'Written by `tune plan --emit`. "Tried on" says what the tests of `tune` run such files against; your versions and your',
    'cluster may differ, so look at each before you use it. What is marked unvalidated was checked for its syntax only.',
    '',
    '| file | what it is | tried on |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
  return { path: 'README.md', about: 'what each file is', text }
}
