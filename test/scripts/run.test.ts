import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { plainEnv, run } from '../../scripts/lib/run.mjs'

describe('a program that the set-up runs', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tune-run-'))
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  const node = (text: string) => [process.execPath, '-e', text]

  it('gives its code and what it said', async () => {
    expect(await run(node('console.log("hi"); process.exit(3)'), { quiet: true })).toEqual({
      code: 3,
      output: 'hi\n',
      reason: 'ended with code 3',
    })
  })

  it('says into a log, after what is there', async () => {
    const log = join(dir, 'log')
    await run(node('console.log(1)'), { log })
    await run(node('console.error(2)'), { log })
    expect(readFileSync(log, 'utf8')).toBe('1\n2\n')
  })

  it('is no error of ours when it is not there', async () => {
    const said = await run([join(dir, 'nothing')], { log: join(dir, 'log') })
    expect(said.code).toBeNull()
    expect(said.reason).toContain('ENOENT')
  })

  it('is ended with its children when it takes too long', async () => {
    const child = `require('node:child_process').spawnSync(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'])`
    const said = await run(node(child), { quiet: true, timeoutMs: 300 })
    expect(said).toMatchObject({ code: null, reason: 'took longer than 0.3 s' })
  })

  it('sees no setting that npm hands down, but for proxies', () => {
    const env = plainEnv(
      { CKJS_LINKING: 'dynamic' },
      {
        ...{ PATH: '/bin', LANG: 'C', npm_config_nodedir: '/x', NPM_CONFIG_REGISTRY: 'r', npm_execpath: 'n' },
        ...{ MAKEFLAGS: '-j8', npm_config_https_proxy: 'http://p', npm_config_noproxy: 'h' },
      },
    )
    expect(Object.keys(env).toSorted()).toEqual([
      ...['CKJS_LINKING', 'LANG', 'PATH', 'npm_config_https_proxy', 'npm_config_noproxy'],
    ])
    expect(env.PATH?.endsWith(':/bin')).toBe(true)
  })
})
