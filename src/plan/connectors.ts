/** Connectors that write the topic: each sized for its share of the load. */
import type { Answer } from './asking.ts'
import type { Reader } from './reader.ts'

export function connectorAnswers(read: Reader): Answer[] {
  const { entries, given } = read.file
  return entries.connectors.map((name) => {
    const place = `connectors.${name}`
    const hasRate = given.has(`${place}.rate`)
    if (!hasRate && entries.connectors.length > 1) {
      throw read.refuse(
        `${place}.rate`,
        'is needed where there are several connectors',
        'for example rate: 20k/s',
      )
    }
    const kind = read.text(`${place}.kind`)
    return {
      ...read.ask({
        calculator: 'connector',
        ...(kind === undefined ? {} : { variant: kind }),
        places: [place, 'workload', 'targets'],
        renamed: hasRate ? {} : { rate: 'workload.peak' },
      }),
      id: `connector.${name}`,
      step: 'connectors',
      title: `connector ${name}`,
    }
  })
}
