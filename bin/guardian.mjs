#!/usr/bin/env node
// Holds the processes of a throw-away broker, and a pipe to whoever started it. When that pipe closes, for whatever
// reason (SIGKILL included), the processes are killed and their folders removed. Runs in a session of its own, so that
// Ctrl-C on the terminal reaches the bench alone, which still needs the broker to drain.
//
// stdin:  first line {"commands":[{"argv":[…],"cwd":…,"log":…,"endSignal":…}],"remove":[…]}, then words, one a line:
//         release (live on without the pipe), terminate (SIGTERM to all), restart 0 (killed if need be), stop
// stdout: {"event":"started","pids":[…]} {"event":"exit","index":0,"code":…,"signal":…} {"event":"stopping","by":…}
//         {"event":"restarted","index":0,"pid":…}
import { spawn } from 'node:child_process'
import { closeSync, openSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

const children = []
let commands = []
let remove = []
let released = false
let stopping = false

const say = (event) => {
  if (process.stdout.writable) process.stdout.write(`${JSON.stringify(event)}\n`)
}

const isLive = (child) => child.pid !== undefined && child.exitCode === null && child.signalCode === null

const cleanAndExit = () => {
  for (const path of remove) {
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
    } catch {
      // what cannot be removed is not worth staying alive for
    }
  }
  process.exit(0)
}

// The data goes anyway, so nothing is gained by a clean shutdown of a broker: SIGKILL, which also ends one that SIGSTOP
// holds. A program with children of its own is given its own signal, and a while to end them.
const END_MS = 5_000
const stop = (by) => {
  if (stopping) return
  stopping = true
  say({ event: 'stopping', by })
  const live = children.filter(isLive)
  if (live.length === 0) return cleanAndExit()
  let left = live.length
  for (const child of live) {
    child.once('exit', () => {
      left -= 1
      if (left === 0) cleanAndExit()
    })
    child.kill(commands[children.indexOf(child)].endSignal ?? 'SIGKILL')
  }
  setTimeout(() => {
    for (const child of live) child.kill('SIGKILL')
  }, END_MS)
}

const startOne = (index) => {
  const { argv, cwd, log } = commands[index]
  const fd = openSync(log, 'a')
  const child = spawn(argv[0], argv.slice(1), { cwd, stdio: ['ignore', fd, fd] })
  closeSync(fd)
  children[index] = child
  child.on('error', (error) => say({ event: 'exit', index, code: null, signal: null, error: error.message }))
  child.on('exit', (code, signal) => {
    say({ event: 'exit', index, code, signal })
    if (released && !stopping && !children.some(isLive)) stop('exit')
  })
  return child.pid ?? 0
}

const start = (spec) => {
  commands = spec.commands
  remove = spec.remove
  say({ event: 'started', pids: commands.map((_, index) => startOne(index)) })
}

const restart = (index) => {
  const again = () => {
    if (!stopping) say({ event: 'restarted', index, pid: startOne(index) })
  }
  const child = children[index]
  if (!isLive(child)) return again()
  child.once('exit', again)
  child.kill('SIGKILL')
}

// The reader of our words may be gone; that is not an error.
process.stdout.on('error', () => {})
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => stop('signal'))

let first = true
const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  if (first) {
    first = false
    start(JSON.parse(line))
  } else if (line === 'release') {
    released = true
  } else if (line === 'terminate') {
    for (const child of children) child.kill('SIGTERM')
  } else if (line.startsWith('restart ')) {
    restart(Number(line.slice('restart '.length)))
  } else if (line === 'stop') {
    stop('parent')
  }
})
lines.on('close', () => {
  if (released && children.some(isLive)) return
  stop('pipe')
})
