import { connect, createServer } from 'node:net'

/** A TCP proxy on the loopback that hands on what the other side answers after so many ms, in order. */
export async function startDelayProxy(target, delayMs) {
  const sockets = new Set()
  const server = createServer((client) => {
    const upstream = connect(target(), '127.0.0.1')
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
      sockets.add(socket)
    }
    client.pipe(upstream)
    // Timers of one length fire in the order in which they were set
    upstream.on('data', (chunk) => setTimeout(() => client.writable && client.write(chunk), delayMs))
    upstream.on('close', () => client.destroy())
    client.on('close', () => upstream.destroy())
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: server.address().port,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
