import { describe, expect, test } from 'vitest'
import { run } from '../../src/cli.ts'
import { profileNames } from '../../src/profiles/profile.ts'
import { testIo } from '../test-io.ts'

async function tune(...argv: string[]) {
  const io = testIo()
  const exitCode = await run(argv, io)
  return { exitCode, stdout: io.stdout, stderr: io.stderr }
}

describe('tune profile', () => {
  test('list has a line for each, with what it is for', async () => {
    const { exitCode, stdout } = await tune('profile', 'list')
    expect(exitCode).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(profileNames().length)
    expect(stdout).toMatch(/^producer-durable +nothing acknowledged is lost/m)
  })

  test('list --json is one document', async () => {
    const parsed: unknown = JSON.parse((await tune('profile', 'list', '--json')).stdout)
    expect(parsed).toContainEqual(expect.objectContaining({ name: 'consumer-low-latency', kind: 'consumer' }))
  })

  test.each(profileNames().filter((name) => !name.startsWith('http-')))(
    'show %s reads as it is kept, for every client',
    async (name) => {
      for (const client of ['java', 'confluent', 'kafkajs']) {
        const { exitCode, stdout } = await tune('profile', 'show', name, '--for', client)
        expect(exitCode).toBe(0)
        await expect(stdout).toMatchFileSnapshot(`../golden/profile/${name}.${client}.txt`)
      }
    },
  )

  test.each(profileNames().filter((name) => name.startsWith('http-')))(
    'show %s is a connector’s .properties file, and no client takes it',
    async (name) => {
      const { stdout } = await tune('profile', 'show', name)
      await expect(stdout).toMatchFileSnapshot(`../golden/profile/${name}.java.txt`)
      for (const client of ['confluent', 'kafkajs']) {
        const { exitCode, stderr } = await tune('profile', 'show', name, '--for', client)
        expect(exitCode).toBe(2)
        expect(stderr).toContain('for an HTTP source connector')
      }
    },
  )

  test('show without a client is the .properties file', async () => {
    const [plain, java] = await Promise.all([
      tune('profile', 'show', 'durable'),
      tune('profile', 'show', 'durable', '--for', 'java'),
    ])
    expect(plain.stdout).toBe(java.stdout)
  })

  test('show --json has everything, notes included', async () => {
    const parsed: unknown = JSON.parse((await tune('profile', 'show', 'balanced', '--json')).stdout)
    expect(parsed).toMatchObject({
      name: 'producer-balanced',
      kind: 'producer',
      extends: ['producer-durable'],
      properties: { acks: 'all', 'linger.ms': '5' },
      notes: expect.arrayContaining([expect.objectContaining({ key: 'acks' })]),
    })
  })

  test('what a client lacks is listed, never dropped', async () => {
    const show = (...more: string[]) =>
      tune('profile', 'show', 'producer-high-throughput', '--for', 'kafkajs', ...more)
    const { unsupported } = JSON.parse((await show('--json')).stdout)
    expect(unsupported).toEqual(expect.arrayContaining(['batch.size', 'linger.ms', 'buffer.memory']))
    expect((await show()).stdout).toContain('unsupported by kafkajs: linger.ms=10')
  })

  test('a name that is not there is exit 2, with the nearest one', async () => {
    const { exitCode, stdout, stderr } = await tune('profile', 'show', 'durabel')
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain('producer-durable')
  })

  test('a client that is not there is exit 2', async () => {
    expect((await tune('profile', 'show', 'durable', '--for', 'perl')).exitCode).toBe(2)
  })
})
