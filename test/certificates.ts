/** Throw-away certificates by openssl, as PEM: small elliptic keys, made in milliseconds, valid for localhost. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Authority {
  readonly name: string
  /** File of its certificate. */
  readonly ca: string
  readonly key: string
}

export interface Certificate {
  /** Files. `store` has key and chain, as a PEM key store of Java. */
  readonly cert: string
  readonly key: string
  readonly store: string
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })

export function makeAuthority(dir: string, name: string): Authority {
  const ca = join(dir, `${name}.pem`)
  const key = join(dir, `${name}.key`)
  openssl('req', '-x509', ...NEW_KEY, '-keyout', key, '-days', '2', '-subj', `/CN=${name}`, '-out', ca)
  return { name, ca, key }
}

export interface CertificateOptions {
  /** As in openssl's subjectAltName. */
  names?: string
  /** Negative: it ended so many days ago. */
  days?: number
  /** As in openssl's -subj; `/CN=name` otherwise. */
  subject?: string
}

export function makeCertificate(
  dir: string,
  by: Authority,
  name: string,
  { names = 'DNS:localhost,IP:127.0.0.1', days = 2, subject = `/CN=${name}` }: CertificateOptions = {},
): Certificate {
  const file = (extension: string) => join(dir, `${name}.${extension}`)
  writeFileSync(file('ext'), `subjectAltName=${names}\n`)
  openssl('req', ...NEW_KEY, '-subj', subject, '-keyout', file('key'), '-out', file('csr'))
  const signed = ['-CA', by.ca, '-CAkey', by.key, '-CAcreateserial', '-extfile', file('ext')]
  openssl('x509', '-req', '-in', file('csr'), ...signed, '-days', String(days), '-out', file('crt'))
  const text = (path: string) => readFileSync(path, 'utf8')
  writeFileSync(file('store.pem'), text(file('key')) + text(file('crt')) + text(by.ca))
  return { cert: file('crt'), key: file('key'), store: file('store.pem') }
}

/** The same certificate, its key encrypted (PKCS #8): a key store that needs `ssl.key.password`. */
export function encryptKey(certificate: Certificate, password: string): Certificate {
  const key = certificate.key.replace(/\.key$/, '.encrypted.key')
  // By the environment: a command line is for everybody to see, in tests as well
  execFileSync('openssl', ['pkcs8', '-topk8', '-in', certificate.key, '-out', key, '-passout', 'env:P'], {
    stdio: 'pipe',
    env: { ...process.env, P: password },
  })
  const store = key.replace(/\.key$/, '.pem')
  writeFileSync(store, readFileSync(key, 'utf8') + readFileSync(certificate.cert, 'utf8'))
  return { cert: certificate.cert, key, store }
}

/** PEM in one line, as it stands in a .properties file. */
export const inOneLine = (file: string): string => readFileSync(file, 'utf8').trim().replaceAll('\n', ' ')
