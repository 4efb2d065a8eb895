/** No secret in anything that a bench says, keeps or shows to other users of the machine: every output is searched. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nativeClientDir } from '../../src/native.ts'
import { inOneLine } from '../certificates.ts'
import { hasBroker } from './broker.ts'
import { startTune, tune } from './built.ts'
import { byToken, fileText, fromEnv, type Lines, loggingIn, trusting } from './client-properties.ts'
import { lacks } from './requirements.ts'
import { SECRETS, type SecureBroker, startSecureBroker, TOPIC } from './secure-broker.ts'

const FULL = process.env.TUNE_TEST_FULL === '1'
const DRIVERS = ['confluent', 'kafkajs', 'wire'].filter(
  (name) => name !== 'confluent' || nativeClientDir() !== undefined,
)
const WRONG = { password: 'wrongpw-77aa01', scramPassword: 'wrongscram-5d1', clientSecret: 'wrongcs-90e4' }
const VARIABLES = {
  BENCH_PASSWORD: SECRETS.password,
  BENCH_SCRAM: SECRETS.scramPassword,
  BENCH_KEY_PASSWORD: SECRETS.keyPassword,
  BENCH_CLIENT_SECRET: SECRETS.clientSecret,
}

/** 3: on a busy machine tune may be late itself, which is no matter of secrets. */
const DONE: readonly (number | string)[] = [0, 3]

/** A secret as it is, and as it would look in a header, in an URL or in a token's middle. */
function forms(secret: string): string[] {
  return [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), encodeURIComponent(secret)]
}

/** The command lines of a process and of all below it. */
function commandLines(pid: number): string {
  try {
    const own = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    const children = readdirSync(`/proc/${pid}/task`)
      .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' '))
      .filter((child) => child !== '')
    return [own, ...children.map((child) => commandLines(Number(child)))].join('\n')
  } catch {
    // It has ended meanwhile
    return ''
  }
}

describe.skipIf(!hasBroker || lacks('openssl')).concurrent('a secret', () => {
  let broker: SecureBroker
  let secrets: string[] = []

  beforeAll(async () => {
    broker = await startSecureBroker()
    const key = readFileSync(broker.client.key, 'utf8')
    const lockedKey = readFileSync(broker.lockedClient.key, 'utf8')
    // Any line of a key's body is the key's
    const bodies = [key, lockedKey].flatMap((text) => text.split('\n').filter((line) => line.length > 40))
    secrets = [...Object.values(SECRETS), ...Object.values(WRONG), ...bodies].flatMap(forms)
  })
  afterAll(() => broker?.stop())

  /** Runs it and searches all of it. Hands back what was searched. */
  async function searched(lines: Lines, args: readonly string[], bench = 'producer') {
    const cwd = mkdtempSync(join(tmpdir(), 'tune-secret-'))
    const file = join(cwd, 'client.properties')
    writeFileSync(file, fileText(lines))
    const started = startTune(['bench', bench, '--command-config', file, ...args], {
      cwd,
      env: VARIABLES,
    })
    let seen = ''
    const watch = setInterval(() => {
      seen += commandLines(started.child.pid ?? 0)
    }, 25)
    const ended = await started.ended
    clearInterval(watch)
    const kept = readdirSync(cwd, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'client.properties')
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    rmSync(cwd, { recursive: true })
    const all = [ended.stdout, ended.stderr, seen, ...kept].join('\n')
    // A token's signature is what makes it worth something
    const tokens = broker.tokens.tokens.map((token) => token.slice(token.lastIndexOf('.') + 1))
    const leaks = [...secrets, ...tokens].filter((secret) => all.includes(secret))
    expect(leaks, `${ended.stdout}\n${ended.stderr}`).toEqual([])
    return { ...ended, seen, kept }
  }

  const connection = (protocol: string, more: Lines): Lines => ({
    'security.protocol': protocol,
    'bootstrap.servers': broker.at(
      protocol === 'SSL' ? 'MTLS' : protocol === 'SASL_SSL' ? 'SASLTLS' : 'SASL',
    ),
    ...(protocol.endsWith('SSL') && trusting(broker.authority.ca)),
    ...more,
  })
  const ways = () => ({
    plain: connection('SASL_SSL', loggingIn('PLAIN', 'bench', fromEnv('BENCH_PASSWORD'))),
    'plain in the file': connection('SASL_PLAINTEXT', loggingIn('PLAIN', 'bench', SECRETS.password)),
    scram: connection('SASL_PLAINTEXT', loggingIn('SCRAM-SHA-512', 'bench', fromEnv('BENCH_SCRAM'))),
    oauth: connection('SASL_PLAINTEXT', byToken(broker, 'bench-client', fromEnv('BENCH_CLIENT_SECRET'))),
    'mutual TLS': connection('SSL', {
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.key': inOneLine(broker.lockedClient.key),
      'ssl.keystore.certificate.chain': inOneLine(broker.client.cert),
      'ssl.key.password': fromEnv('BENCH_KEY_PASSWORD'),
    }),
    'wrong password': connection('SASL_SSL', loggingIn('PLAIN', 'bench', WRONG.password)),
    'wrong scram': connection('SASL_PLAINTEXT', loggingIn('SCRAM-SHA-256', 'bench', WRONG.scramPassword)),
    'wrong client secret': connection('SASL_PLAINTEXT', byToken(broker, 'bench-client', WRONG.clientSecret)),
    'token for another': connection(
      'SASL_PLAINTEXT',
      byToken(broker, 'other-client', SECRETS.otherClientSecret),
    ),
    'wrong key password': connection('SSL', {
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': broker.lockedClient.store,
      'ssl.key.password': WRONG.password,
    }),
    'a login module in two lines': connection('SASL_PLAINTEXT', {
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required\nusername="bench" password="${SECRETS.password}";`,
    }),
    'a property that only Java knows': connection('SASL_PLAINTEXT', {
      ...loggingIn('PLAIN', 'bench', SECRETS.password),
      'sasl.oauthbearer.assertion.private.key.passphrase': SECRETS.keyPassword,
    }),
  })
  type WayName = keyof ReturnType<typeof ways>

  const short = ['--topic', TOPIC, '--num-records', '50', '--throughput', '200', '--record-size', '100']

  const GOOD: readonly WayName[] = ['plain', 'plain in the file', 'scram', 'oauth', 'mutual TLS']
  const succeeding = DRIVERS.flatMap((driver) => GOOD.map((way) => ({ driver, way })))
  it.each(FULL ? succeeding : succeeding.filter(({ way }) => way === 'oauth' || way === 'mutual TLS'))(
    'is in nothing of a bench with its client’s log on ($way, $driver)',
    async ({ driver, way }) => {
      const { code, seen, kept } = await searched(ways()[way], [...short, '--driver', driver, '--debug'])
      expect(DONE).toContain(code)
      // The search saw what it has to see: a command line, and a saved result
      if (process.platform === 'linux') expect(seen).toContain('--command-config')
      expect(kept).toHaveLength(1)
    },
  )

  const others: readonly (readonly [bench: string, ...args: string[]])[] = [
    ['consumer', '--topic', TOPIC, '--num-records', '20', '--timeout', '3s'],
    ['e2e', ...short],
    // What a worker is told travels between processes, and never on a command line
    ['producer', ...short, '--workers', '2'],
  ]
  const secured: readonly WayName[] = FULL ? GOOD : ['oauth', 'mutual TLS']
  const reading = others.flatMap((args) =>
    DRIVERS.flatMap((driver) => secured.map((way) => ({ args, driver, way, bench: args[0] }))),
  )
  it.each(FULL ? reading : reading.filter((_, i) => i % 2 === 0))(
    'is in nothing of a bench $bench ($way, $driver)',
    async ({ args: [bench, ...args], driver, way }) => {
      const { code, stderr, seen, kept } = await searched(
        ways()[way],
        [...args, '--driver', driver, '--debug'],
        bench,
      )
      expect(DONE, stderr).toContain(code)
      if (process.platform === 'linux') expect(seen).toContain('--command-config')
      expect(kept).toHaveLength(1)
    },
  )

  it.each(['consumer', 'e2e'])('is in no plan of bench %s', async (bench) => {
    const { code, stdout } = await searched(
      ways().plain,
      ['--topic', TOPIC, '--dry-run', '--driver', 'kafkajs'],
      bench,
    )
    expect(code).toBe(0)
    expect(stdout).toContain('security.protocol')
  })

  it.each(['consumer', 'e2e'])('is in no error of bench %s', async (bench) => {
    for (const driver of FULL ? DRIVERS : ['kafkajs']) {
      const { code } = await searched(
        ways()['wrong password'],
        ['--topic', TOPIC, '--debug', '--driver', driver],
        bench,
      )
      expect(code).toBe(2)
    }
  })

  it.each(['table', 'json', 'markdown', 'apache'])('is in no report (%s)', async (report) => {
    const { code, stdout } = await searched(ways().plain, [...short, '--report', report, '--driver', 'wire'])
    expect(DONE).toContain(code)
    expect(stdout).not.toBe('')
  })

  it.each(GOOD)('is in no plan (%s)', async (way) => {
    for (const more of [[], ['--report', 'json']]) {
      const { code, stdout } = await searched(ways()[way], [
        ...short,
        '--dry-run',
        '--driver',
        'kafkajs',
        ...more,
      ])
      expect(DONE).toContain(code)
      expect(stdout).toContain('security.protocol')
    }
  })

  it.each([
    'wrong password',
    'wrong scram',
    'wrong client secret',
    'token for another',
    'wrong key password',
    'a login module in two lines',
  ] satisfies WayName[])('is in no error (%s)', async (way) => {
    for (const driver of FULL ? DRIVERS : ['wire']) {
      const { code } = await searched(ways()[way], [...short, '--debug', '--driver', driver])
      expect(code).toBe(2)
    }
  })

  it('is hidden in a property that the client could not use', async () => {
    const way = ways()['a property that only Java knows']
    const { code, stdout } = await searched(way, [...short, '--report', 'json', '--driver', 'wire'])
    expect(DONE).toContain(code)
    expect(stdout).toContain('[hidden]')
  })

  it('typed on a command line is refused before anything is asked', async () => {
    const jaas = (secret: string) => loggingIn('PLAIN', 'bench', secret)['sasl.jaas.config']
    const typed = (secret: string) => [
      ...['bench', 'producer', '--bootstrap-server', broker.at('SASL'), ...short, '--producer-props'],
      ...['security.protocol=SASL_PLAINTEXT', 'sasl.mechanism=PLAIN', `sasl.jaas.config=${jaas(secret)}`],
    ]
    const refused = await tune(typed(WRONG.password))
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/error: sasl\.jaas\.config has a secret on the command line/)
    expect(refused.stderr).toMatch(/hint: .*--command-config/)
    expect(refused.stdout + refused.stderr).not.toContain(WRONG.password)
    const taken = await tune(typed(fromEnv('BENCH_PASSWORD')), { env: VARIABLES })
    expect(DONE, taken.stderr).toContain(taken.code)
  })
})
