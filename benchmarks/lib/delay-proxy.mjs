import { connect, createServer } from 'node:net'

/** A TCP proxy on the loopback that hands on what the other side answers after so many ms, in order; 0: at once. */
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
    const handOn = (chunk) => client.writable && client.write(chunk)
    // Timers of one length fire in the order in which they were set; the shortest there is takes 1 ms
    upstream.on('data', (chunk) => (delayMs === 0 ? handOn(chunk) : setTimeout(handOn, delayMs, chunk)))
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
