/** A setup as it may be seen: in a result, a report, a dry run. */
import { redact } from '../../secrets.ts'
import type { HttpSetup } from '../setup.ts'
import { shownUrl } from './base.ts'
import { isSecretName, isSecretParam } from './headers.ts'

const HIDDEN = '[hidden]'

/** The same with every secret as `[hidden]`. */
export function shown(setup: HttpSetup): HttpSetup {
  const { plan, connection, secrets } = setup
  const isHidden = (name: string) =>
    isSecretName(name) || secrets?.headers.includes(name.toLowerCase()) === true
  return {
    ...setup,
    plan: {
      ...plan,
      targets: plan.targets.map(({ name, url }) => ({ name, url: hideParams(url, secrets?.params ?? []) })),
      ...(plan.body !== undefined && isSecretName(plan.body) ? { body: HIDDEN } : {}),
      headers: Object.fromEntries(
        Object.entries(plan.headers).map(([name, value]) => [name, isHidden(name) ? HIDDEN : value]),
      ),
    },
    connection: connection.ca === undefined ? connection : { ...connection, ca: '[PEM]' },
    producer: redact(setup.producer),
  }
}

/** A URL without its login and without the values of secret parameters. */
export function hideParams(text: string, params: readonly string[]): string {
  if (!URL.canParse(text)) return shownUrl(text)
  const url = new URL(text)
  // It is not sent
  url.hash = ''
  const secret = [...new Set(url.searchParams.keys())].filter(
    (name) => params.includes(name) || isSecretParam(name),
  )
  for (const name of secret) url.searchParams.set(name, HIDDEN)
  return shownUrl(url.href.replaceAll(encodeURIComponent(HIDDEN), HIDDEN))
}
