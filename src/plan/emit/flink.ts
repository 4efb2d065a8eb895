/** Flink's configuration, settings of a SQL session, and a compute pool's commands. */
import type { Sizing } from '../../sizing/schema.ts'
import type { Plan } from '../schema.ts'
import type { EmittedFile } from './file.ts'
import { sizingOf } from './sizing-of.ts'
import { script } from './topics.ts'

export function flinkFiles(plan: Plan): EmittedFile[] {
  const cfu = sizingOf(plan, 'cfu')
  if (cfu !== undefined) return [poolFile(cfu)]
  const flink = sizingOf(plan, 'flink')
  return flink === undefined ? [] : [configFile(flink), sessionFile(flink)]
}

function linesOf(sizing: Sizing, language: string): string[] {
  return sizing.commands.filter((command) => command.language === language).flatMap(({ lines }) => lines)
}

function configFile(flink: Sizing): EmittedFile {
  return {
    path: 'flink/config.yaml',
    about: "Flink's configuration, for the conf folder of each JobManager and TaskManager",
    triedOn:
      'Apache Flink (a JobManager and a TaskManager, started with it and the memory that Flink computes of it)',
    text: [
      ...linesOf(flink, 'yaml'),
      '# Where every JobManager and TaskManager can write: a folder of one host is not enough.',
      '# execution.checkpointing.dir: s3://BUCKET/checkpoints',
      '# execution.checkpointing.savepoint-dir: s3://BUCKET/savepoints',
      '',
    ].join('\n'),
  }
}

/** Keys of the session; the rest of config.yaml is of the cluster. */
const SESSION_KEYS =
  /^(parallelism\.default|pipeline\.max-parallelism|execution\.checkpointing\.(interval|timeout|min-pause)): (.*)$/

function sessionFile(flink: Sizing): EmittedFile {
  const set = linesOf(flink, 'yaml').flatMap((line) => {
    const [, key, , value] = SESSION_KEYS.exec(line) ?? []
    return key === undefined ? [] : [`SET '${key}' = '${value}';`]
  })
  return {
    path: 'flink/session.sql',
    about: 'the same for one SQL session, before its statements',
    text: [
      ...set,
      "SET 'execution.checkpointing.mode' = 'EXACTLY_ONCE';",
      '-- A partition without records does not hold watermarks back for longer than this.',
      "SET 'table.exec.source.idle-timeout' = '10 s';",
      '',
    ].join('\n'),
  }
}

function poolFile(cfu: Sizing): EmittedFile {
  return {
    path: 'flink/compute-pool.sh',
    about:
      'a compute pool of Confluent Cloud for Apache Flink: the first command for a new one, the second for one that exists',
    text: script(
      ['Fill in what is in capitals, and take out the command that is not yours.', ''],
      cfu.commands.flatMap(({ about, lines }) => [`# ${about}`, ...lines.map((line) => `# ${line}`)]),
    ),
  }
}
