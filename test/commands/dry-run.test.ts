/** What `--dry-run` tells, without any broker. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/cli.ts'
import { testIo } from '../test-io.ts'

const cwd = mkdtempSync(join(tmpdir(), 'tune-dry-run-'))

async function dryRun(...args: string[]) {
  const io = testIo({ cwd })
  const code = await run(['bench', 'producer', '--dry-run', '--report', 'json', ...args], io)
  if (code !== 0) throw new Error(io.stderr)
  return JSON.parse(io.stdout)
}

describe('a dry run', () => {
  it('names the keys of a file that are not for a Kafka client', async () => {
    writeFileSync(join(cwd, 'cloud.properties'), 'acks=all\nbasic.auth.user.info=KEY:SECRET\n')
    const { plan, effectiveConfig } = await dryRun('--driver', 'wire', '--command-config', 'cloud.properties')
    expect(plan.properties).toBe('acks=all')
    expect(effectiveConfig.notes).toContain(
      "cloud.properties has settings that are no Kafka client's, ignored: basic.auth.user.info",
    )
    expect(JSON.stringify(effectiveConfig)).not.toContain('SECRET')
  })
})
