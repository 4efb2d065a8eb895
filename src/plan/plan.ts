/** A plan: the answers of all calculators, whether they agree, what they assume, and how far they reach. */
import type { Sizing } from '../sizing/schema.ts'
import { formatCount, formatRate } from '../units.ts'
import { commandOf } from './answers.ts'
import type { Answer } from './asking.ts'
import { assumptionsOf } from './assumptions.ts'
import type { PlanFile } from './document.ts'
import { figure } from './figures.ts'
import { grownOf } from './grown.ts'
import { headroomOf } from './headroom.ts'
import { judged } from './judged.ts'
import { LOADS, limitsOf } from './limits.ts'
import { memo, reader, unchanged } from './reader.ts'
import type { Plan } from './schema.ts'
import { sensitivityOf } from './sensitivity.ts'
import { TUNING_ORDER, TUNING_STEPS } from './steps.ts'

/** @throws TuneError USAGE at the place of a value that is wrong or contradicts another */
export function planOf(file: PlanFile): Plan {
  const known = memo()
  const read = reader(file, unchanged, known)
  const { answers, settings, checks } = judged(read)
  const topic = read.text('topic.name') ?? 'events'
  return {
    schema: 'tune.plan/1',
    name: file.name,
    text: textOf(file.name, answers),
    order: TUNING_STEPS.map((step) => ({ step, title: TUNING_ORDER[step] })),
    answers: answers.map((answer) => {
      const { id, step, title, have } = answer
      return {
        id,
        step,
        title,
        ...(have === undefined ? {} : { have }),
        sizing: forTopic(answer.sizing, topic),
        command: commandOf(answer, file.saved),
      }
    }),
    checks: [...checks],
    settings,
    assumptions: assumptionsOf(read, answers),
    headroom: headroomOf(answers).map(({ after, ...rest }) => ({
      ...rest,
      ...(after === undefined ? {} : { after }),
    })),
    limits: {
      loads: [...LOADS],
      parts: limitsOf(answers).map(({ needs, holdsUpTo, ...rest }) => ({
        ...rest,
        needs: needs.map((need) => need ?? null),
        ...(holdsUpTo === undefined ? {} : { holdsUpTo }),
      })),
    },
    grown: grownOf(file, answers, known).map(({ values, warnings, ...rest }) => ({
      ...rest,
      values: { ...values },
      warnings: [...warnings],
    })),
    sensitivity: sensitivityOf(read, known).map(({ less, more, ...rest }) => ({
      ...rest,
      less: [...less],
      more: [...more],
    })),
  }
}

/** `orders: 30 partitions, 11 brokers, … for 150,000/s`. */
function textOf(name: string, answers: readonly Answer[]): string {
  const parts = answers.flatMap(({ id, sizing }) => {
    const { value } = sizing.answer
    switch (sizing.calculator) {
      case 'consumers':
        return [`${formatCount(value)} consumers of ${id.replace(/^consumers\./, '')}`]
      case 'flink':
        return [`Flink parallelism ${formatCount(value)}`]
      case 'cku':
      case 'partitions':
      case 'brokers':
      case 'cfu':
        return [`${formatCount(value)} ${sizing.answer.unit}`]
      default:
        return []
    }
  })
  const partitions = answers.find(({ id }) => id === 'partitions')
  const peak = partitions === undefined ? 0 : (figure(partitions.sizing, 'peak') ?? 0)
  return `${name}: ${parts.join(', ')} for ${formatRate(peak)}`
}

/** Commands of calculators know no topic. */
function forTopic(sizing: Sizing, topic: string): Sizing {
  const commands = sizing.commands.map((command) => ({
    ...command,
    lines: command.lines.map((line) => line.replace(/\bTOPIC\b/g, topic)),
  }))
  return { ...sizing, commands }
}
