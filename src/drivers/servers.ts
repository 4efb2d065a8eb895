import { TuneError } from '../errors.ts'

export interface Server {
  readonly host: string
  readonly port: number
}

/** `a:9092,[::1]:9093` -> hosts and ports. @throws TuneError CONFIG */
export function parseServers(bootstrapServers: string): Server[] {
  const servers = bootstrapServers
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      // Java takes `SASL_SSL://host:port` as well (ClientUtils.parseAndValidateAddresses)
      const match = /^(?:[\w-]+:\/\/)?(?:\[([\da-fA-F:.%]+)\]|([^:[\]\s/]+)):(\d{1,5})$/.exec(part)
      const port = Number(match?.[3])
      const host = match?.[1] ?? match?.[2]
      if (host === undefined || port < 1 || port > 65_535) {
        throw new TuneError('CONFIG', `${part} is not host:port`, {
          hint: 'give --bootstrap-server as host:port,host:port',
        })
      }
      return { host, port }
    })
  if (servers.length > 0) return servers
  throw new TuneError('CONFIG', 'no bootstrap server is named', { hint: 'add --bootstrap-server host:port' })
}

/** `host:port`, as people write it. */
export function serverName({ host, port }: Server): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
