/** One property of the guide, checked by itself: what a profile of connectors needs. */
import { TuneError } from '../../errors.ts'
import { didYouMean } from '../../nearest.ts'
import { DIALECTS } from './dialects.ts'
import { createValues } from './values.ts'

/** @throws TuneError CONFIG with the place of the property, `file:line` */
export function checkGuideProperty(key: string, value: string, where: string): void {
  const { rows } = DIALECTS.guide
  const row = Object.hasOwn(rows, key) ? rows[key] : undefined
  if (row === undefined) {
    throw new TuneError('CONFIG', `${where}: unknown property ${key}`, {
      hint: didYouMean(key, Object.keys(rows)),
    })
  }
  const values = createValues(
    { shown: where, entries: new Map([[key, { value, where }]]), misread: [] },
    rows,
  )
  switch (row.type) {
    case 'text':
    case 'secret':
      if (row.choices !== undefined) values.choice(key)
      return
    case 'boolean':
      values.boolean(key)
      return
    case 'list':
      values.list(key)
      return
    case 'json':
      values.json(key)
      return
    default:
      values.number(key)
  }
}
