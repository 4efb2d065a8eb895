/** `ssl.truststore.*` and `ssl.keystore.*` as PEM texts. Java's own stores are binary; Node and librdkafka take PEM. */
import { readFileSync } from 'node:fs'
import type { Properties, Security } from './drivers/driver.ts'
import { messageOf, TuneError } from './errors.ts'
import { certificatesIn, privateKeyIn } from './pem.ts'

type Tls = NonNullable<Security['tls']>
type Store = 'ssl.truststore' | 'ssl.keystore'
type OriginOf = (key: string) => string

/** A PEM text, and the key (and file) that it came from, for messages. */
interface Named {
  readonly text: string
  readonly where: string
}

/** @throws TuneError CONFIG; no value of a secret is in its message */
export function tlsOf(properties: Properties, originOf: OriginOf): Tls {
  const trust = trusted(properties, originOf)
  const own = ownCertificate(properties, originOf)
  const keyPassword = properties['ssl.key.password']
  const identification = properties['ssl.endpoint.identification.algorithm']
  const cert = own && certificatesIn(own.cert.text, own.cert.where)
  return {
    ...(trust !== undefined && { ca: certificatesIn(trust.text, trust.where) }),
    ...(own !== undefined &&
      cert !== undefined && { cert, key: privateKeyIn(own.key.text, own.key.where, keyPassword, cert) }),
    ...(keyPassword !== undefined && { keyPassword }),
    verifyHostname:
      identification === undefined || !['', 'none'].includes(identification.trim().toLowerCase()),
  }
}

function trusted(properties: Properties, originOf: OriginOf): Named | undefined {
  const inline = properties['ssl.truststore.certificates']
  if (inline !== undefined) return { text: inline, where: 'ssl.truststore.certificates' }
  const location = properties['ssl.truststore.location']
  if (location !== undefined) return pemFile('ssl.truststore', location, properties, originOf)
  const bare = properties['ssl.ca.location']
  return bare === undefined ? undefined : readPem('ssl.ca.location', bare)
}

function ownCertificate(properties: Properties, originOf: OriginOf): { cert: Named; key: Named } | undefined {
  const key = properties['ssl.keystore.key']
  const chain = properties['ssl.keystore.certificate.chain']
  if (key !== undefined && chain !== undefined) {
    return {
      cert: { text: chain, where: 'ssl.keystore.certificate.chain' },
      key: { text: key, where: 'ssl.keystore.key' },
    }
  }
  if (key !== undefined || chain !== undefined) {
    const missing = key === undefined ? 'ssl.keystore.key' : 'ssl.keystore.certificate.chain'
    throw new TuneError('CONFIG', `${missing} is missing beside its counterpart (${originOf(missing)})`, {
      hint: 'a PEM key store in properties is ssl.keystore.key and ssl.keystore.certificate.chain',
    })
  }
  const location = properties['ssl.keystore.location']
  if (location !== undefined) {
    // A PEM keystore is one file with the private key and the certificate chain (KIP-651)
    const both = pemFile('ssl.keystore', location, properties, originOf)
    return { cert: both, key: both }
  }
  const cert = properties['ssl.certificate.location']
  const keyFile = properties['ssl.key.location']
  if (cert === undefined || keyFile === undefined) return undefined
  return { cert: readPem('ssl.certificate.location', cert), key: readPem('ssl.key.location', keyFile) }
}

function pemFile(store: Store, location: string, properties: Properties, originOf: OriginOf): Named {
  // Java's default is JKS; a file that is PEM anyway is taken
  const type = (properties[`${store}.type`] ?? (/\.(pem|crt|cer)$/i.test(location) ? 'PEM' : 'JKS'))
    .trim()
    .toUpperCase()
  if (type === 'PEM') return readPem(`${store}.location`, location)
  throw new TuneError(
    'CONFIG',
    `${store}.location=${location} is ${type} (${originOf(`${store}.type`)}), and only PEM can be read here`,
    {
      hint: `convert it: ${conversion(store, location, type)}; then set ${store}.location to the .pem and ${store}.type=PEM`,
    },
  )
}

function conversion(store: Store, location: string, type: string): string {
  const pemName = `${location.replace(/\.\w+$/, '')}.pem`
  if (store === 'ssl.truststore') return `keytool -list -rfc -keystore ${location} > ${pemName}`
  const openssl = (from: string) => `openssl pkcs12 -in ${from} -nodes -out ${pemName}`
  if (type === 'PKCS12') return openssl(location)
  return `keytool -importkeystore -srckeystore ${location} -destkeystore store.p12 -deststoretype PKCS12 && ${openssl('store.p12')}`
}

function readPem(key: string, location: string): Named {
  let text: string
  try {
    text = readFileSync(location, 'utf8')
  } catch (cause) {
    throw new TuneError('CONFIG', `${key}: cannot read ${location}: ${messageOf(cause)}`, {
      hint: 'check the path, and that this user may read it',
      cause,
    })
  }
  if (text.includes('-----BEGIN ')) return { text, where: `${key}=${location}` }
  throw new TuneError('CONFIG', `${key}: ${location} is no PEM file`, {
    hint: 'a PEM file has lines like -----BEGIN CERTIFICATE-----',
  })
}
