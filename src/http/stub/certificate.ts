/** A certificate for a stub API that was given none: made by openssl, valid for this machine for two days. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf, TuneError } from '../../errors.ts'

const NAMES = 'subjectAltName=DNS:localhost,IP:127.0.0.1'

/** PEM texts; the certificate signs itself, so it is its own CA. @throws TuneError MISSING */
export function makeStubCertificate(): { cert: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tune-stub-'))
  const cert = join(folder, 'cert.pem')
  const key = join(folder, 'key.pem')
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const about = ['-days', '2', '-subj', '/CN=tune stub api', '-addext', NAMES]
  try {
    execFileSync('openssl', ['req', '-x509', ...ec, ...about, '-keyout', key, '-out', cert], {
      stdio: 'pipe',
    })
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  } catch (error) {
    throw new TuneError(
      'MISSING',
      `openssl could not make a certificate: ${messageOf(error).split('\n')[0]}`,
      {
        hint: 'install openssl, or give --cert and --key',
        cause: error,
      },
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
