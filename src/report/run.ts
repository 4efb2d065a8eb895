import type { Result } from '../core/result.ts'
import type { Report, Section } from './model.ts'
import { healthSection, overTimeSection, recordsSection, settingsSection } from './run-details.ts'
import { banner, subtitle } from './run-head.ts'
import {
  errorsSection,
  latencySection,
  throughputSection,
  verdictsSection,
  warningsSection,
} from './run-numbers.ts'

/**
 * The report of a run: computes nothing but layout.
 * @param savedAt where the result is kept, for the last line
 */
export function runReport(result: Result, savedAt?: string): Report {
  const saved: Section[] =
    savedAt === undefined
      ? []
      : [{ id: 'saved', kind: 'list', title: 'Kept', items: [{ label: 'result', text: savedAt }] }]
  return {
    title: `tune bench ${result.kind}`,
    subtitle: subtitle(result),
    banner: banner(result),
    sections: [
      ...verdictsSection(result),
      throughputSection(result),
      latencySection(result),
      ...errorsSection(result),
      ...warningsSection(result),
      ...overTimeSection(result),
      ...healthSection(result),
      ...recordsSection(result),
      ...settingsSection(result),
      ...saved,
    ],
    data: result,
  }
}
