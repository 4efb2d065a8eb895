import type { CdcResult, ConsumerResult, HttpResult, Result, SendingResult } from '../core/result.ts'
import { changesSection, slotSection, snapshotSection } from './cdc.ts'
import { connectorParts } from './connector.ts'
import { consumerBanner, consumerSubtitle } from './consumer-head.ts'
import {
  applicationSection,
  catchUpSection,
  consumptionSection,
  pollsSection,
  readingSection,
  readingThroughputSection,
} from './consumer-numbers.ts'
import { httpBanner, httpSubtitle } from './http-head.ts'
import {
  configsSection,
  connectorsSection,
  httpLatencySection,
  httpOverTimeSection,
  httpRecordsSection,
  httpThroughputSection,
  pollingSection,
  pollPlanSection,
  requestErrorsSection,
} from './http-numbers.ts'
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
import { runViews } from './views/run.ts'
import { readingWorkersSection, workersSection } from './workers.ts'

/**
 * The report of a run: computes nothing but layout.
 * @param savedAt where the result is kept, for the last line
 */
export function runReport(result: Result, savedAt?: string): Report {
  const saved: Section[] =
    savedAt === undefined
      ? []
      : [{ id: 'saved', kind: 'list', title: 'Kept', items: [{ label: 'result', text: savedAt }] }]
  const parts = partsOf(result)
  return {
    title: `tune bench ${result.kind}`,
    ...parts,
    sections: [...verdictsSection(result), ...parts.sections, ...saved],
    data: result,
    views: runViews(result),
  }
}

type Parts = Pick<Report, 'subtitle' | 'banner' | 'sections'>

function partsOf(result: Result): Parts {
  switch (result.kind) {
    case 'connector':
      return connectorParts(result)
    case 'consumer':
      return consumerParts(result)
    case 'http':
      return httpParts(result)
    case 'cdc':
      return cdcParts(result)
    default:
      return producerParts(result)
  }
}

function httpParts(result: HttpResult): Parts {
  return {
    subtitle: httpSubtitle(result),
    banner: httpBanner(result),
    sections: [
      httpThroughputSection(result),
      httpLatencySection(result),
      ...requestErrorsSection(result),
      ...errorsSection(result, result.accounting.sent),
      ...warningsSection(result),
      ...pollingSection(result),
      ...connectorsSection(result),
      ...httpOverTimeSection(result),
      ...httpRecordsSection(result),
      ...healthSection(result),
      ...pollPlanSection(result),
      ...configsSection(result),
      ...settingsSection(result),
    ],
  }
}

function cdcParts(result: CdcResult): Parts {
  return {
    subtitle: subtitle(result),
    banner: banner(result),
    sections: [
      throughputSection(result),
      latencySection(result),
      ...errorsSection(result, result.accounting.sent),
      ...warningsSection(result),
      ...snapshotSection(result),
      ...changesSection(result),
      ...slotSection(result),
      ...overTimeSection(result),
      ...healthSection(result),
      ...settingsSection(result),
    ],
  }
}

function producerParts(result: SendingResult): Parts {
  return {
    subtitle: subtitle(result),
    banner: banner(result),
    sections: [
      throughputSection(result),
      latencySection(result),
      ...errorsSection(result, result.accounting.sent),
      ...warningsSection(result),
      ...overTimeSection(result),
      ...workersSection(result),
      ...healthSection(result),
      ...recordsSection(result),
      ...settingsSection(result),
    ],
  }
}

function consumerParts(result: ConsumerResult): Parts {
  return {
    subtitle: consumerSubtitle(result),
    banner: consumerBanner(result),
    sections: [
      readingThroughputSection(result),
      ...catchUpSection(result),
      consumptionSection(result),
      ...pollsSection(result),
      ...errorsSection(result, undefined),
      ...warningsSection(result),
      ...readingSection(result),
      ...readingWorkersSection(result),
      ...healthSection(result),
      ...applicationSection(result),
      ...settingsSection(result),
    ],
  }
}
