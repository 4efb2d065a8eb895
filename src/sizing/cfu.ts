/** How many CFU a compute pool of Confluent Cloud for Apache Flink needs. */
import { formatCount, formatRate } from '../units.ts'
import { calculator } from './calculator.ts'
import { OBSERVED, scaleUp } from './cfu-verdict.ts'
import { f } from './formula.ts'
import { present, type Values } from './inputs.ts'
import { type Quantity, shown } from './quantity.ts'
import { LOAD } from './workload.ts'
import { type Worksheet, worksheet } from './worksheet.ts'

/** What MAX_CFU may be; the last is the most of a pool. */
const ACCEPTED: readonly number[] = [5, 10, 20, 30, 40, 50]
const MOST = 50
const ACCEPTED_SOURCE =
  'confluent_flink_compute_pool, max_cfu (https://registry.terraform.io/providers/confluentinc/confluent/latest/docs/resources/confluent_flink_compute_pool)'
const BILLING =
  'every running statement uses at least 1 CFU (https://docs.confluent.io/cloud/current/flink/concepts/flink-billing.html)'
const HOURS_A_MONTH = 730.5

/** The guide's tiers: events per second up to, CFU from and to. */
const TIERS = [
  { name: 'light', upTo: 50_000, says: 'light workload, up to 50K events/s: 2-4 CFU', from: 2, to: 4 },
  { name: 'medium', upTo: 200_000, says: 'medium workload, 50K-200K events/s: 4-8 CFU', from: 4, to: 8 },
  {
    name: 'heavy',
    upTo: Number.POSITIVE_INFINITY,
    says: 'heavy workload, 200K+ events/s: 8-16 CFU',
    from: 8,
    to: 16,
  },
] as const

const inputs = {
  rate: { ...LOAD.rate, about: 'records per second of one statement', optional: true },
  statements: {
    kind: 'rate',
    list: true,
    about: 'records per second of each statement: 60k,20k,500',
    optional: true,
  },
  growth: LOAD.growth,
  ratePerCfu: {
    kind: 'rate',
    about: 'records/s that one CFU does of such a statement, measured; else what the guide’s tiers come to',
    optional: true,
  },
  utilization: { kind: 'share', about: 'share of a CFU that may be used at peak', default: '80%' },
  pricePerCfu: { kind: 'money', unit: 'USD', about: 'price of a CFU for an hour', default: '0.21' },
  ...OBSERVED,
} as const

type Inputs = Values<typeof inputs>

export const cfu = calculator({
  name: 'cfu',
  about: 'CFU of a Flink compute pool: statement by statement, rounded to what the service accepts',
  source: `Σ max(1, rate / rate of one CFU); ${BILLING}`,
  example: 'tune size cfu --statements 60k,40k,500 --rate-per-cfu 8k/s',
  inputs,
  exactlyOne: [['rate', 'statements']],
  size(given) {
    const sheet = worksheet()
    const rates = given.statements ?? [present(given.rate)]
    const ratePerCfu = given.ratePerCfu ?? guessed(sheet)
    const each = rates.map((rate, n) =>
      sheet.step(
        `statement${n + 1}`,
        'CFU',
        rates.length === 1 ? 'of the statement' : `of statement ${n + 1}`,
        f`max(1, ceil(${rate} × ${given.growth} / (${ratePerCfu} × ${given.utilization})))`,
        BILLING,
      ),
    )
    const need = sheet.step('cfu', 'CFU', 'of all statements at peak', f`sum(${each})`)
    const limit = limitOf(sheet, need, each)
    cost(sheet, given, need)
    const total = sheet.step('total', 'records/s', 'of all statements', f`sum(${rates}) × ${given.growth}`)
    const tier = besideTheGuide(sheet, total)
    const verdict = scaleUp(sheet, given, total)
    sheet.command(
      'a new pool',
      'sh',
      `confluent flink compute-pool create NAME --cloud aws --region REGION --max-cfu ${limit.value}`,
    )
    sheet.command(
      'a pool that exists',
      'sh',
      `confluent flink compute-pool update lfcp-123456 --max-cfu ${limit.value}`,
    )
    const pools = need.value > MOST ? ', in several pools' : `, MAX_CFU ${limit.value}`
    const text = `${shown(need)} for ${formatRate(total.value)}${pools} (the guide: a ${tier} workload)`
    return sheet.sized(need, verdict === undefined ? text : `${text}; ${verdict}`, {
      limitedBy: 'ratePerCfu',
    })
  },
})

function guessed(sheet: Worksheet): Quantity {
  sheet.warn(
    'guessed-rate',
    'the rate of a CFU is a guess: no vendor publishes one, and different SQL over the same topic was measured from 1,340 to 44,320 events/s on one CPU (https://dalelane.co.uk/blog/?p=6001); run the statement, read num_records_in by current_cfus, and give --rate-per-cfu',
  )
  return sheet.step(
    'ratePerCfu',
    'records/s',
    'a guess: 50K events/s with 4 CFU',
    f`${50_000} / 4`,
    'the guide, CFU calculation',
  )
}

function limitOf(sheet: Worksheet, need: Quantity, each: readonly Quantity[]): Quantity {
  const most = each.find(({ value }) => value > MOST)
  if (most !== undefined) {
    sheet.warn(
      'statement-too-large',
      `${most.name} needs ${shown(most)}, a pool has at most ${MOST}: split its input`,
    )
  }
  if (need.value > MOST) {
    const pools = sheet.step(
      'pools',
      'pools',
      'with the most that one may have',
      f`ceil(${need} / ${MOST})`,
      ACCEPTED_SOURCE,
    )
    sheet.warn('several-pools', `a pool has at most ${MOST} CFU: ${shown(pools)}`)
    return sheet.step('maxCfu', 'CFU', 'MAX_CFU of each pool', f`${MOST}`, ACCEPTED_SOURCE)
  }
  return sheet.step(
    'maxCfu',
    'CFU',
    'MAX_CFU: the smallest that the service accepts and that is not below',
    f`min(${ACCEPTED.filter((accepted) => accepted >= need.value)})`,
    ACCEPTED_SOURCE,
  )
}

function cost(sheet: Worksheet, { pricePerCfu }: Inputs, need: Quantity): void {
  sheet.step(
    'hourly',
    'USD',
    'an hour at peak; less where autopilot scales down',
    f`${need} × ${pricePerCfu}`,
    BILLING,
  )
  sheet.step('monthly', 'USD', 'a month, if it never did', f`${need} × ${pricePerCfu} × ${HOURS_A_MONTH}`)
}

/** @returns the guide's name for such a workload */
function besideTheGuide(sheet: Worksheet, total: Quantity): string {
  const tier = TIERS.find(({ upTo }) => total.value <= upTo) ?? TIERS[2]
  const refused = [tier.from, tier.to].filter((value) => !ACCEPTED.includes(value))
  const why = `a tier knows neither the SQL nor what one CFU does of it; and MAX_CFU takes ${ACCEPTED.join(', ')}, not ${refused.map((value) => formatCount(value)).join(' or ')}`
  sheet.guide('least of the tier', tier.says, 'CFU', f`${tier.from}`, why)
  sheet.guide('most of the tier', tier.says, 'CFU', f`${tier.to}`, why)
  return tier.name
}
