// node's own HTTP server with one small answer, so that its clients are measured and not the server.
import { createServer } from 'node:http'

const body = Buffer.from(JSON.stringify({ id: 1, text: 'x'.repeat(100) }))
const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/` })}\n`)
})
process.stdin.resume().on('end', () => process.exit())
