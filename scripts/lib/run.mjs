import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/**
 * Runs a program to its end. Its output goes to the terminal, or to the file `log`, or is collected (`quiet`).
 * Never throws: `code` is null when it did not start, was killed or took longer than `timeoutMs`.
 */
export function run(argv, { cwd, env = process.env, log, quiet = false, timeoutMs = 0 } = {}) {
  const fd = log === undefined ? undefined : openSync(log, 'a')
  const out = fd ?? (quiet ? 'pipe' : 'inherit')
  const [file, ...args] = argv
  return new Promise((resolve) => {
    // A group of its own where it may have to be killed: make and compilers outlive their parent otherwise.
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', out, out], detached: timeoutMs > 0 })
    let output = ''
    let timedOut = false
    child.stdout?.on('data', (chunk) => {
      output += chunk
    })
    child.stderr?.on('data', (chunk) => {
      output += chunk
    })
    const timer =
      timeoutMs > 0
        ? setTimeout(() => {
            timedOut = true
            killGroup(child.pid)
          }, timeoutMs)
        : undefined
    let hasEnded = false
    // A program that is not there says both error and close.
    const end = (code, reason) => {
      if (hasEnded) return
      hasEnded = true
      clearTimeout(timer)
      if (fd !== undefined) closeSync(fd)
      resolve({ code, output, reason })
    }
    child.on('error', (error) => end(null, error.message))
    child.on('close', (code, signal) => {
      if (timedOut) end(null, `took longer than ${timeoutMs / 1000} s`)
      else end(code, code === 0 ? '' : signal === null ? `ended with code ${code}` : `ended by ${signal}`)
    })
  })
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // it has just ended by itself
  }
}

/** The full path of a program of the PATH. */
export function which(name, env = process.env) {
  for (const dir of (env.PATH ?? '').split(delimiter)) {
    const path = join(dir, name)
    if (dir !== '' && existsSync(path)) return path
  }
  return undefined
}

/** npm's folder: beside the running Node, else that of the npm which runs us, else that of the PATH. */
export function npmDir(env = process.env) {
  const candidates = [
    join(dirname(realpathSync(process.execPath)), '../lib/node_modules/npm/bin/npm-cli.js'),
    join(dirname(realpathSync(process.execPath)), 'node_modules/npm/bin/npm-cli.js'),
    env.npm_execpath,
    which('npm', env),
  ]
  for (const path of candidates) {
    if (path === undefined || !existsSync(path)) continue
    const dir = dirname(dirname(realpathSync(path)))
    if (existsSync(join(dir, 'bin/npm-cli.js'))) return dir
  }
  const asked = spawnSync('npm', ['root', '-g'], { env, encoding: 'utf8' })
  const dir = join((asked.stdout ?? '').trim(), 'npm')
  return existsSync(join(dir, 'bin/npm-cli.js')) ? dir : undefined
}

/** The command line of npm under the running Node. */
export function npm(args, env = process.env) {
  const dir = npmDir(env)
  return dir === undefined ? ['npm', ...args] : [process.execPath, join(dir, 'bin/npm-cli.js'), ...args]
}

/**
 * The environment for tools that must not follow settings of a person's HOME: npm hands those down as npm_config_…
 * (nodedir among them). The running Node comes first in the PATH, since build files call plain `node`.
 */
export function plainEnv(more = {}, env = process.env) {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(npm_|MAKEFLAGS$|MFLAGS$)/i.test(name) || /^npm_config_(https?_?)?(no)?proxy$/i.test(name),
  )
  const path = [dirname(process.execPath), env.PATH ?? ''].join(delimiter)
  return { ...Object.fromEntries(kept), PATH: path, ...more }
}

/** `1.2 s` since a moment of `performance.now()`. */
export function since(startMs) {
  return `${((performance.now() - startMs) / 1000).toFixed(1)} s`
}
