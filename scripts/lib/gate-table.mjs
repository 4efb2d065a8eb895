/**
 * How often the gate is right on machines that are made up. Times of runs in logarithms: each run has noise of its own (Student's
 * t of 6 degrees, and one run of twenty is slower by three times the noise on average, exponentially), and the machine drifts
 * from run to run (autoregressive, 0.9). Three metrics with noise of their own; of a changed system one is worse.
 */

/** Scatter of a run, and of the machine's drift, as shares. */
const LEVELS = [
  { name: 'as a hosted CI runner', noise: 0.027, drift: 0.02 },
  { name: 'noisy', noise: 0.05, drift: 0.04 },
  { name: 'very noisy', noise: 0.1, drift: 0.08 },
]
const CHANGES = [
  { change: 0, gates: 10_000 },
  { change: 0.05, gates: 2000 },
  { change: 0.1, gates: 2000 },
]

const SEED = 1
const METRICS = 3
const DEGREES = 6
const PERSISTENCE = 0.9
const WILD = { chance: 0.05, times: 3 }

/** Runs of one metric on one machine, one after the other. */
function runsOf({ noise, drift }, random) {
  let mood = drift * random.normal()
  return () => {
    mood = PERSISTENCE * mood + drift * Math.sqrt(1 - PERSISTENCE ** 2) * random.normal()
    const wild = random.float() < WILD.chance ? -WILD.times * Math.log(1 - random.float()) : 0
    return mood + noise * (student(random) + wild)
  }
}

/** Student's t, scaled to a standard deviation of 1. */
function student(random) {
  let squares = 0
  for (let n = 0; n < DEGREES; n++) squares += random.normal() ** 2
  return (random.normal() / Math.sqrt(squares / DEGREES)) * Math.sqrt((DEGREES - 2) / DEGREES)
}

/** Pairs in random order, as they are run. */
function machineOf(level, change, random) {
  const metrics = Array.from({ length: METRICS }, () => runsOf(level, random))
  return () => {
    const isBaseFirst = random.float() < 0.5
    return metrics.map((run, metric) => {
      const [first, second] = [run(), run()]
      return (isBaseFirst ? second - first : first - second) + (metric === 0 ? Math.log1p(change) : 0)
    })
  }
}

/** @param gate of the program: `tally`, `rules`, and `randomOf` */
export function gateAnswers({ tally, rules, randomOf }) {
  return LEVELS.flatMap((level, at) =>
    CHANGES.map(({ change, gates }) => {
      const random = randomOf(SEED, at)
      return { level, change, ...tally(gates, () => machineOf(level, change, random), rules) }
    }),
  )
}

export function gateTable(answers) {
  const share = (count, of) => `${((100 * count) / of).toFixed(2)} %`
  const rows = answers.map(({ level, change, gates, ended, pairs }) => {
    const { noise, drift, name } = level
    return [
      `${name}: runs ${+(noise * 100).toFixed(1)} %, drift ${drift * 100} %`,
      change === 0 ? 'none' : `+${change * 100} %`,
      gates.toLocaleString('en-US'),
      share(ended.regression, gates),
      share(ended.pass + ended.improvement, gates),
      share(ended.inconclusive, gates),
      (pairs / gates).toFixed(1),
    ]
  })
  const head = ['machine', 'change', 'gates', 'regression', 'none', 'inconclusive', 'pairs, on average']
  const line = (cells) => `| ${cells.join(' | ')} |`
  return `${[line(head), line(head.map((_, at) => (at < 2 ? '---' : '--:'))), ...rows.map(line)].join('\n')}\n`
}
