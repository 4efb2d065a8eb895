import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

describe('the quickstart', () => {
  it('says in one line why it cannot set up, and ends with 1', () => {
    const clone = mkdtempSync(join(tmpdir(), 'tune-quickstart-'))
    for (const part of ['scripts', 'package.json']) {
      cpSync(join(ROOT, part), join(clone, part), { recursive: true })
    }
    const script = join(clone, 'scripts/quickstart.mjs')
    const { status, stderr } = spawnSync(process.execPath, [script], { cwd: clone, encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stderr).toMatch(/^quickstart: error: .*package-lock\.json.*\n$/)
  })
})
