/**
 * PEM texts: taken apart, and looked at before anything connects. Node says of a wrong key password "bad decrypt", of a
 * certificate that is none nothing at all, and librdkafka only that its configuration is wrong.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { TuneError } from './errors.ts'

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g

/** The blocks of a PEM text whose label matches, each with line ends of its own; what stands between them is left out. */
function blocks(text: string, label: RegExp): string[] {
  return [...text.matchAll(BLOCK)]
    .filter(([, name]) => label.test(name ?? ''))
    .map(([, name, body]) => {
      // In one line of a .properties file spaces stand for line ends (DefaultSslEngineFactory takes both)
      const lines = (body ?? '').trim().split(/\s+/)
      // The headers of a traditional encrypted key are lines with spaces in them, and need the empty line (RFC 1421)
      const kept = /^Proc-Type:/.test((body ?? '').trim()) ? [(body ?? '').trim()] : lines
      return `-----BEGIN ${name}-----\n${kept.join('\n')}\n-----END ${name}-----\n`
    })
}

/** The certificates in it, every one of them readable. @param where key and file, for the message @throws TuneError CONFIG */
export function certificatesIn(text: string, where: string): string {
  const found = blocks(text, /^(X509 )?CERTIFICATE$/)
  if (found.length === 0)
    throw new TuneError('CONFIG', `${where} has no certificate in it`, { hint: PEM_HINT })
  for (const [index, block] of found.entries()) {
    try {
      new X509Certificate(block)
    } catch (cause) {
      throw new TuneError('CONFIG', `${where}: certificate ${index + 1} of ${found.length} cannot be read`, {
        hint: 'look at it with: openssl x509 -noout -text -in FILE',
        cause,
      })
    }
  }
  return found.join('')
}

const PEM_HINT = 'PEM has lines like -----BEGIN CERTIFICATE----- and -----BEGIN PRIVATE KEY-----'

/**
 * The private key in it, opened by its password as a trial, and that of the certificate beside it.
 * @throws TuneError CONFIG; nothing of key or password is in the message
 */
export function privateKeyIn(
  text: string,
  where: string,
  password: string | undefined,
  cert: string,
): string {
  const [block] = blocks(text, /PRIVATE KEY$/)
  if (block === undefined)
    throw new TuneError('CONFIG', `${where} has no private key in it`, { hint: PEM_HINT })
  const isEncrypted = /BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(block)
  if (isEncrypted && password === undefined) {
    throw new TuneError(
      'CONFIG',
      `the private key of ${where} is encrypted, and ssl.key.password is missing`,
      {
        hint: `set ssl.key.password; as \${env:NAME} it comes from the environment`,
      },
    )
  }
  let key: KeyObject
  try {
    key = createPrivateKey({ key: block, ...(password !== undefined && { passphrase: password }) })
  } catch {
    // Without the cause: it is OpenSSL's, about what it read with a wrong password
    if (isEncrypted) {
      throw new TuneError('CONFIG', `ssl.key.password does not open the private key of ${where}`, {
        hint: 'try it with: openssl pkey -noout -in FILE',
      })
    }
    throw new TuneError('CONFIG', `the private key of ${where} cannot be read`, {
      hint: 'try it with: openssl pkey -noout -in FILE',
    })
  }
  if (!new X509Certificate(cert).checkPrivateKey(key)) {
    throw new TuneError('CONFIG', `the private key of ${where} does not belong to its certificate`, {
      hint: 'the first certificate has to be the client’s own, its issuers follow',
    })
  }
  return block
}
