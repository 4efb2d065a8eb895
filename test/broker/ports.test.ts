import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { answers, claimPorts, freePorts, isFree, parsePort } from '../../src/broker/ports.ts'

let server: Server | undefined
afterEach(() => {
  server?.close()
})

function listenOn(port: number): Promise<void> {
  return new Promise((resolve) => {
    server = createServer().listen(port, '127.0.0.1', resolve)
  })
}

describe('ports', () => {
  it.each(['1024', '9092', '65535'])('%s is one', (text) => {
    expect(parsePort(text)).toBe(Number(text))
  })

  it.each(['', '0', '80', '65536', '-1', '9092.5', '9e3', ' 9092', 'kafka'])('"%s" is none', (text) => {
    expect(() => parsePort(text)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })

  it('are different and below the range of outgoing connections', async () => {
    const ports = await freePorts(6)
    expect(new Set(ports).size).toBe(6)
    for (const port of ports) expect(port).toBeLessThan(32_768)
  })

  it('are refused when something listens there', async () => {
    const [port = 0] = await freePorts(1)
    expect(await answers(port)).toBe(false)
    await listenOn(port)
    expect(await isFree(port)).toBe(false)
    expect(await answers(port)).toBe(true)
    await expect(claimPorts(port, 1)).rejects.toMatchObject({
      code: 'BROKER',
      message: expect.stringContaining(`${port}`),
    })
  })
})
