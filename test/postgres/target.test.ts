import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { explain, hide } from '../../src/postgres/errors.ts'
import { databaseTarget } from '../../src/postgres/target.ts'

const typed = (text: string, env = {}) => databaseTarget(text, '--database-url', env, true)

describe('a database URL', () => {
  it('is taken apart, with the defaults of PostgreSQL', () => {
    expect(typed('postgres://tune@db.example/shop')).toMatchObject({
      ...{ host: 'db.example', port: 5432, user: 'tune', database: 'shop', password: undefined },
      shown: 'db.example:5432/shop',
    })
    expect(typed('postgresql://tune@[::1]:6543')).toMatchObject({ host: '::1', port: 6543, database: 'tune' })
    expect(typed('postgres://db.example/shop', { PGUSER: 'me' })).toMatchObject({ user: 'me' })
  })

  it('has its password from the environment or a file, whatever is in it', () => {
    const secret = 'p@ss:w/rd%'
    const file = join(mkdtempSync(join(tmpdir(), 'tune-target-')), 'secrets.properties')
    writeFileSync(file, `db=${secret}\n`)
    const found = [
      typed('postgres://tune@h/shop', { PGPASSWORD: secret }),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of tune's
      typed('postgres://tune:${env:DB_SECRET}@h/shop', { DB_SECRET: secret }),
      typed(`postgres://tune:\${file:${file}:db}@h/shop`),
    ]
    for (const target of found) {
      expect(target).toMatchObject({ password: secret, host: 'h', database: 'shop' })
      expect(decodeURIComponent(new URL(target.url).password)).toBe(secret)
    }
  })

  it('is refused with a password that was typed, which is not said', () => {
    for (const text of [
      'postgres://tune:hunter2@h/shop',
      'postgres://tune@h/shop?password=hunter2',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of tune's
      'postgres://tune:hunter2${env:X}@h/shop',
    ]) {
      expect(() => typed(text)).toThrow(expect.objectContaining({ code: 'USAGE' }))
      expect(() => typed(text)).not.toThrow(/hunter2/)
    }
    expect(databaseTarget('postgres://tune:hunter2@h/shop', 'DATABASE_URL', {}, false).password).toBe(
      'hunter2',
    )
  })

  it('is refused where it is none, or of another database', () => {
    for (const text of ['localhost:5432', 'mysql://tune@h/shop', 'shop', 'postgres:///shop']) {
      expect(() => typed(text)).toThrow(expect.objectContaining({ code: 'USAGE' }))
    }
  })
})

describe('what a database says', () => {
  const target = databaseTarget('postgres://tune:hunter2@h/shop', 'DATABASE_URL', {}, false)
  const of = (message: string, code?: string) =>
    explain(Object.assign(new Error(message), code === undefined ? {} : { code }), target)

  it('is told by its cause', () => {
    expect(of('password authentication failed', '28P01').code).toBe('UNAUTHORIZED')
    expect(of('no pg_hba.conf entry for host', '28000').code).toBe('UNAUTHORIZED')
    expect(of('database "shop" does not exist', '3D000')).toMatchObject({
      code: 'DATABASE',
      hint: 'create database shop;',
    })
    expect(of('permission denied for schema public', '42501').hint).toContain('grant')
    expect(of('sorry, too many clients already', '53300').hint).toContain('--connections')
    expect(of('connect ECONNREFUSED', 'ECONNREFUSED').code).toBe('UNREACHABLE')
    expect(of('timeout expired').code).toBe('UNREACHABLE')
    expect(of('something else').code).toBe('DATABASE')
  })

  it('never has the password in it', () => {
    expect(of('syntax error near hunter2', '42601').message).not.toContain('hunter2')
    expect(hide('to postgres://tune:other@h/shop', target)).toBe('to postgres://[hidden]@h/shop')
  })
})
