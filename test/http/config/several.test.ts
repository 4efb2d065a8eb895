import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { baseSetup } from '../../../src/http/config/base.ts'
import { laneLines } from '../../../src/http/config/lane-lines.ts'
import { readConfig } from '../../../src/http/config/read.ts'
import { readConfigFiles, splitLines } from '../../../src/http/config/several.ts'

const folder = mkdtempSync(join(tmpdir(), 'tune-http-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

function files(...texts: readonly string[]) {
  return texts.map((text, index) => {
    const shown = `${index + 1}.properties`
    writeFileSync(join(folder, shown), text)
    return { path: join(folder, shown), shown }
  })
}

const instance = (name: string, letters: string, more = '') =>
  `name=${name}\nhttp.source.url.pattern=https://api.example.com/[${letters}]*\n${more}`

describe('the guide’s split over instances', () => {
  test('each has the letters of its pattern, and no URL is polled by both', () => {
    const { setups, warnings } = readConfigFiles(files(instance('one', 'a-m'), instance('two', 'n-z')), {
      env: {},
    })
    expect(setups.map(({ plan }) => plan.targets.map(({ name }) => name.slice(1)).join(''))).toEqual([
      'abcdefghijklm',
      'nopqrstuvwxyz',
    ])
    expect(warnings).toEqual([])
  })

  test('entities go to the instance whose pattern takes them, and its tasks share them', () => {
    const entities = ['users', 'orders', 'Items', 'products']
    const { setups } = readConfigFiles(
      files(instance('one', 'a-m'), instance('two', 'n-z', 'tasks.max=2\n')),
      { env: {}, entities },
    )
    expect(splitLines(setups)).toEqual([
      'one: task 0 polls /Items at https://api.example.com/Items',
      'two: task 0 polls /users at https://api.example.com/users',
      'two: task 1 polls /orders at https://api.example.com/orders',
      'two: task 0 polls /products at https://api.example.com/products',
    ])
  })

  test('an instance that gets none of the entities is an error', () => {
    expect(() => readConfig(instance('one', 'a-c'), 'c', { env: {}, entities: ['users'] })).toThrow(
      /c:2: http\.source\.url\.pattern: takes none of users/,
    )
  })

  test('two instances of the same URL are called out, and told apart by their files', () => {
    const text = 'name=same\nhttp.source.url=https://api.example.com/users\n'
    const { setups, warnings } = readConfigFiles(files(text, text), { env: {} })
    expect(setups.map(({ name }) => name)).toEqual(['same (1.properties)', 'same (2.properties)'])
    expect(warnings).toEqual([
      {
        id: 'instances-poll-the-same',
        text: 'same (1.properties) and same (2.properties) both poll https://api.example.com/users: its records come twice',
      },
    ])
  })
})

describe('who polls what', () => {
  const lines = (targets: number, tasks: number) => {
    const setup = baseSetup(
      'b',
      Array.from({ length: targets }, (_, index) => ({ name: `t${index}`, url: `http://a/${index}` })),
    )
    return laneLines({ ...setup, plan: { ...setup.plan, tasks } })
  }

  test('several targets are dealt out, and a task without one is named', () => {
    expect(lines(2, 3)).toEqual([
      'task 0 polls t0 at http://a/0',
      'task 1 polls t1 at http://a/1',
      'nothing to do for task 2',
    ])
  })

  test('one target is polled by every task, and each record comes once a task', () => {
    expect(lines(1, 3)).toEqual([
      'task 0 polls t0 at http://a/0',
      'task 1 polls t0 at http://a/0, as task 0 does: its records come twice',
      'task 2 polls t0 at http://a/0, as task 0 does: its records come 3 times',
    ])
  })
})
