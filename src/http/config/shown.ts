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

/**
 * Hides headers and parameters that have what came from elsewhere, whatever they are called.
 * @param texts what references of a configuration stand for
 */
export function hidingFilled(setup: HttpSetup, texts: readonly string[]): HttpSetup {
  const secret = texts.filter((text) => text !== '')
  if (secret.length === 0) return setup
  const has = (value: string) => secret.some((text) => value.includes(text))
  const { headers = [], params = [] } = setup.secrets ?? {}
  const filled = setup.plan.targets.flatMap(({ url }) =>
    [...new URL(url).searchParams].flatMap(([name, value]) => (has(value) ? [name] : [])),
  )
  const filledHeaders = Object.entries(setup.plan.headers).flatMap(([name, value]) =>
    has(value) ? [name.toLowerCase()] : [],
  )
  return {
    ...setup,
    secrets: {
      headers: [...new Set([...headers, ...filledHeaders])],
      params: [...new Set([...params, ...filled])],
    },
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
