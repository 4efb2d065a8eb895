/** `tune bench cdc` as people run it: PostgreSQL, Debezium in a Connect worker, Kafka, all of them real. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkResult } from '../../src/core/recompute.ts'
import type { CdcResult } from '../../src/core/result.ts'
import { connectAdmin } from '../../src/drivers/admin.ts'
import type { Admin } from '../../src/drivers/driver.ts'
import { createTable } from '../../src/postgres/table.ts'
import { connectionTo } from '../drivers/plan.ts'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'
import { cdcResultOf, type Ended, startTune, tune } from './built.ts'
import { lacks } from './requirements.ts'
import { debeziumConfig } from './stack/configs.ts'
import { type ConnectWorker, type Postgres, startConnect, startPostgres } from './stack/index.ts'

/** A busy machine may hold the generator up, which is another matter than what is asked here. */
const RAN = [0, 3]

describe.skipIf(!hasBroker || lacks('a Kafka Connect worker', 'PostgreSQL'))('tune bench cdc', () => {
  let worker: ConnectWorker
  let postgres: Postgres
  let admin: Admin
  const bootstrap = () => sharedBroker().bootstrapServers

  beforeAll(async () => {
    const started = await Promise.all([
      startConnect({ bootstrapServers: bootstrap(), plugins: ['debezium'] }),
      startPostgres(),
      connectAdmin(connectionTo(bootstrap())),
    ])
    ;[worker, postgres, admin] = started
  })
  afterAll(async () => {
    await Promise.all([worker?.stop(), postgres?.stop(), admin?.close()])
  })

  const flags = (on: Postgres, ...more: string[]) => [
    ...['bench', 'cdc', '--database-url', `postgres://${on.user}@${on.host}:${on.port}/${on.database}`],
    ...['--bootstrap-server', bootstrap(), '--connections', '4', '--throughput', '100', '--warmup', '0'],
    ...['--report', 'json', ...more],
  ]
  const env = () => ({ PGPASSWORD: postgres.password })
  const bench = (...more: string[]) => tune(flags(postgres, ...more), { env: env() })

  /** A table of the test's own with a connector on it, which `tune` finds. */
  async function captured(more: Readonly<Record<string, string>> = {}) {
    const name = newTopicName('cdc').replaceAll('-', '_')
    await postgres.sql(createTable({ schema: 'public', table: name }))
    const table = `public.${name}`
    const status = await worker.create(
      name,
      debeziumConfig({ postgres, prefix: name, tables: [table], more }),
    )
    expect(status).toMatchObject({ tasks: [{ state: 'RUNNING' }] })
    return {
      name,
      flags: ['--table', table, '--connect-url', worker.url, '--connector', name],
      remove: () => worker.remove(name).catch(() => {}),
    }
  }

  /** Nothing of `tune`'s is on any of the three. */
  async function expectNothingLeft() {
    expect(
      await postgres.sql("select slot_name from pg_replication_slots where slot_name like 'tune%'"),
    ).toBe('')
    expect(await postgres.sql('select pubname from pg_publication where pubname like $$tune%$$')).toBe('')
    expect(await postgres.sql('select tablename from pg_tables where tablename like $$tune%$$')).toBe('')
    const connectors = JSON.stringify(await worker.request('GET', '/connectors'))
    expect(connectors).not.toContain('tune-cdc')
    expect((await admin.topics()).filter((topic) => topic.startsWith('tune-cdc'))).toEqual([])
  }

  function expectWhole(result: CdcResult) {
    const { accounting, reception, database } = result
    expect(checkResult(result)).toEqual([])
    expect(accounting).toMatchObject({ failed: 0, unknown: 0, acked: accounting.sent })
    expect(reception).toMatchObject({
      received: accounting.sent,
      missing: 0,
      repeated: 0,
      outOfOrder: 0,
      foreign: 0,
    })
    const { insert, update, delete: removed } = database.changes
    expect(insert + update + removed).toBe(accounting.sent)
  }

  const secretless = ({ stdout, stderr }: Ended) =>
    expect(`${stdout}${stderr}`).not.toContain(postgres.password)

  it('accounts for every insert, update and delete, times a snapshot, and removes all it made', async () => {
    const ended = await bench(
      ...['--connect-url', worker.url, '--connector-props', 'poll.interval.ms=50'],
      ...['--num-records', '400', '--snapshot-rows', '3000', '--partitions', '3'],
    )
    expect(RAN, ended.stderr).toContain(ended.code)
    const result = cdcResultOf(ended)
    expectWhole(result)
    expect(result.accounting.sent).toBe(400)
    expect(Math.min(...Object.values(result.database.changes).slice(0, 3))).toBeGreaterThan(0)
    expect(result.snapshot?.rows).toBe(3000)
    expect(result.metrics.snapshotRowsPerSec).toBeGreaterThan(0)
    expect(result.slot?.lag.some(({ active }) => active)).toBe(true)
    expect(result.verdicts.map(({ metric }) => metric)).toContain('receive.p99Ms')
    secretless(ended)
    await expectNothingLeft()
  })

  it('accounts for transactions of many rows, through a connector that was there, and leaves it as it is', async () => {
    const there = await captured({ 'value.converter.schemas.enable': 'true' })
    const ended = await bench(...there.flags, '--num-records', '600', '--rows-per-transaction', '60')
    expect(RAN, ended.stderr).toContain(ended.code)
    const result = cdcResultOf(ended)
    expectWhole(result)
    expect(result.database.transactions).toEqual({ committed: 10, failed: 0, unknown: 0 })
    expect(result.databaseCommit?.count).toBe(10)
    expect(await worker.status(there.name)).toMatchObject({ connector: { state: 'RUNNING' } })
    await there.remove()
  })

  it('knows rows that ExtractNewRecordState has flattened, deletes by their key', async () => {
    const there = await captured({
      transforms: 'flat',
      'transforms.flat.type': 'io.debezium.transforms.ExtractNewRecordState',
    })
    const mix = 'insert=40,update=30,delete=30'
    const ended = await bench(...there.flags, '--num-records', '300', '--mix', mix)
    expect(RAN, ended.stderr).toContain(ended.code)
    expectWhole(cdcResultOf(ended))
    await there.remove()
  })

  it('counts what a paused connector holds back from the due times', async () => {
    const there = await captured()
    const run = startTune(flags(postgres, ...there.flags, '--duration', '6s'), { env: env() })
    await run.says(/measuring/)
    await worker.request('PUT', `/connectors/${there.name}/pause`)
    await sleep(3000)
    await worker.request('PUT', `/connectors/${there.name}/resume`)
    const ended = await run.ended
    expect(RAN, ended.stderr).toContain(ended.code)
    const result = cdcResultOf(ended)
    expectWhole(result)
    // What was due when the pause began waited for all of it; commits did not
    expect(result.latency?.maxMs).toBeGreaterThan(2500)
    expect(result.receive?.maxMs).toBeGreaterThan(2500)
    await there.remove()
  })

  it('ends with the reason when the connector is deleted, and counts the events that never came', async () => {
    const there = await captured()
    const run = startTune(flags(postgres, ...there.flags, '--duration', '60s'), { env: env() })
    await run.says(/measuring/)
    await there.remove()
    const ended = await run.ended
    expect(ended.code, ended.stderr).toBe(3)
    expect(ended.stderr).toContain(`connector ${there.name} is there no longer`)
    const result = cdcResultOf(ended)
    expect(result).toMatchObject({ complete: false, endedEarly: expect.stringContaining(there.name) })
    expect(checkResult(result)).toEqual([])
    const { accounting, reception } = result
    expect(reception.received + reception.missing).toBe(accounting.acked)
  })

  it('counts every event that is missing when the worker is killed', async () => {
    const other = await startConnect({ bootstrapServers: bootstrap(), plugins: ['debezium'] })
    const run = startTune(
      flags(postgres, '--connect-url', other.url, '--duration', '6s', '--drain-timeout', '2s'),
      { env: env() },
    )
    await run.says(/measuring/)
    process.kill(other.pid, 'SIGKILL')
    const ended = await run.ended
    await other.stop()
    const result = cdcResultOf(ended)
    const { accounting, reception } = result
    expect(checkResult(result)).toEqual([])
    expect(reception.missing, ended.stderr).toBeGreaterThan(0)
    expect(reception.received + reception.missing).toBe(accounting.acked)
    expect(result.errors).toMatchObject({ _NOT_RECEIVED: reception.missing })
    // The database is cleared of what would keep its log
    expect(ended.stderr).toMatch(/connector tune-cdc-\w+ could not be removed/)
    expect(
      await postgres.sql("select slot_name from pg_replication_slots where slot_name like 'tune%'"),
    ).toBe('')
    expect(await postgres.sql('select tablename from pg_tables where tablename like $$tune%$$')).toBe('')
  })

  it('ends with the reason when the database goes away', async () => {
    const other = await startPostgres()
    const run = startTune(
      flags(other, '--connect-url', worker.url, '--duration', '120s', '--drain-timeout', '2s'),
      { env: env() },
    )
    await run.says(/measuring/)
    await other.stop()
    const ended = await run.ended
    expect(ended.code, ended.stderr).toBe(3)
    expect(ended.stderr).toContain('has not answered for 10 s')
    const result = cdcResultOf(ended)
    expect(checkResult(result)).toEqual([])
    const { accounting, reception } = result
    expect(accounting.sent).toBe(accounting.acked + accounting.failed + accounting.unknown)
    expect(reception.received + reception.missing).toBeGreaterThanOrEqual(accounting.acked)
    await expectNothingLeft()
  })

  it('reports and removes all it made when it is interrupted', async () => {
    const run = startTune(flags(postgres, '--connect-url', worker.url, '--duration', '60s'), { env: env() })
    await run.says(/measuring/)
    run.child.kill('SIGINT')
    const ended = await run.ended
    expect(ended.code, ended.stderr).toBe(130)
    expect(cdcResultOf(ended).complete).toBe(false)
    await expectNothingLeft()
  })

  it('says what a database lacks, and the SQL that helps', async () => {
    const plain = await startPostgres({ wal_level: 'replica' })
    const ended = await tune(flags(plain, '--connect-url', worker.url), { env: env() })
    await plain.stop()
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('wal_level') })
    expect(ended.stderr).toContain("alter system set wal_level = 'logical'")

    await postgres.sql(`create role weak login password '${postgres.password}'`)
    await postgres.sql('create table bare (id int)')
    const asWeak = (...more: string[]) => tune(flags({ ...postgres, user: 'weak' }, ...more), { env: env() })
    const unreplicated = await asWeak('--connect-url', worker.url)
    expect(unreplicated).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('alter role "weak" with replication'),
    })
    const bare = await bench('--table', 'bare', '--topic', 'x')
    expect(bare).toMatchObject({ code: 2, stderr: expect.stringContaining('create table "public"."bare"') })
    const absent = await bench('--table', 'absent', '--topic', 'x')
    expect(absent).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no table public.absent'),
    })

    await postgres.sql(createTable({ schema: 'public', table: 'foreign_rows' }))
    const refused = await asWeak('--table', 'foreign_rows', '--topic', 'x')
    expect(refused.stderr).toContain(
      'grant select, insert, update, delete on "public"."foreign_rows" to "weak"',
    )
    const wrong = await tune(flags(postgres, '--connect-url', worker.url), { env: { PGPASSWORD: 'wrong-7' } })
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('refuses the login') })
    for (const one of [unreplicated, bare, absent, refused, wrong]) secretless(one)
    expect(wrong.stderr).not.toContain('wrong-7')
    await expectNothingLeft()
  })
})
