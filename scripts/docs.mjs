// `npm run docs`: puts the first screen of a real run into the README. Needs a build and a JDK.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageDir } from './native.mjs'

const readme = join(packageDir, 'README.md')
const begin = '<!-- report: made by npm run docs -->\n'
const end = '<!-- end of report -->'

const folder = mkdtempSync(join(tmpdir(), 'tune-docs-'))
try {
  const stdout = execFileSync(process.execPath, [join(packageDir, 'bin/tune.js'), 'bench', 'producer'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const screen = stdout.split('\nBy second')[0].trimEnd()
  const block = screen
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n')
  const text = readFileSync(readme, 'utf8')
  const [before, rest] = text.split(begin)
  const after = rest.split(end)[1]
  writeFileSync(readme, `${before}${begin}\n${block}\n\n${end}${after}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
