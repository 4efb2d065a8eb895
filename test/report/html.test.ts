import { describe, expect, it } from 'vitest'
import { diffSchema } from '../../src/core/diff.ts'
import { repeated } from '../../src/core/repeated.ts'
import type { Result } from '../../src/core/result.ts'
import { diffReport } from '../../src/report/diff.ts'
import { documentIn } from '../../src/report/embedded.ts'
import { htmlPage } from '../../src/report/html/page.ts'
import type { Report } from '../../src/report/model.ts'
import { repeatedReport } from '../../src/report/repeated.ts'
import { runReport } from '../../src/report/run.ts'
import { CDC_FIXTURES } from '../fixtures/cdc-result.ts'
import { CONNECTOR_FIXTURES } from '../fixtures/connector-result.ts'
import { CONSUMER_FIXTURES } from '../fixtures/consumer-result.ts'
import { pairedDiffDocument } from '../fixtures/diff.ts'
import { HTTP_FIXTURES } from '../fixtures/http-result.ts'
import { FIXTURES, generatorLimitedResult, pacedResult, workersResult } from '../fixtures/result.ts'

const runs: readonly (readonly [string, () => Result])[] = [
  ...Object.entries(FIXTURES),
  ...Object.entries(CONSUMER_FIXTURES),
  ...Object.entries(HTTP_FIXTURES),
  ...Object.entries(CDC_FIXTURES),
  ...Object.entries(CONNECTOR_FIXTURES),
]

const reports: readonly (readonly [string, () => Report])[] = [
  ...runs.map(([name, make]) => [name, () => runReport(make())] as const),
  ['runs', () => repeatedReport(repeated([pacedResult(), generatorLimitedResult(), workersResult()]))],
  ['diff', () => diffReport(pairedDiffDocument())],
]

const readBack = (page: string): unknown => JSON.parse(documentIn(page, 'page.html'))

describe('a report in HTML', () => {
  it.each(reports)('carries its whole document: %s', (_, make) => {
    const report = make()
    expect(readBack(htmlPage(report))).toEqual(JSON.parse(JSON.stringify(report.data)))
  })

  it.each(reports)('names nothing on a network, and no two things alike: %s', (_, make) => {
    const page = htmlPage(make())
    // What is data or a text may well tell of an address; what a browser would fetch may not
    const markup = page.replace(/<(script|style)\b[^>]*>.*?<\/\1>/gs, '')
    expect(markup).not.toMatch(/<[^>]+\s(?:src|srcset|action|data)=/)
    expect(markup.match(/href="(?!#|data:,")[^"]*"/g)).toBeNull()
    expect(page).not.toMatch(/url\((?!data:)|@import/)
    const ids = [...markup.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    expect(ids).toEqual([...new Set(ids)])
    const links = [...markup.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
    expect(links.filter((id) => !ids.includes(id))).toEqual([])
  })

  it('allows its own scripts and nothing else', () => {
    const page = htmlPage(runReport(pacedResult()))
    const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(page) ?? []
    expect(policy).toContain('default-src &#39;none&#39;')
    expect(policy).not.toContain('unsafe')
    expect(policy).not.toContain('http')
  })

  it('shows hostile texts as texts', () => {
    const hostile = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'&'
    const result = { ...pacedResult(), tag: hostile, warnings: [{ id: hostile, text: hostile }] }
    const page = htmlPage(runReport(result))
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('<img')
    expect(readBack(page)).toMatchObject({ tag: hostile })
  })

  it('keeps the histograms of seconds as fine as there is room for, and says how fine', () => {
    const pageOf = (length: number, ...shorter: number[]) =>
      htmlPage({
        ...runReport(pacedResult()),
        data: 'x'.repeat(length),
        views: { smaller: (digits) => `${digits} `.repeat((shorter[2 - digits] ?? 0) / 2) },
      })
    expect(pageOf(800_000)).not.toContain('kept to')
    expect(pageOf(1_000_000, 800_000)).toContain('kept to 1 %')
    const coarsest = pageOf(2_000_000, 1_000_000, 300_000)
    expect(coarsest).toContain('kept to 10 %')
    expect(coarsest.length).toBeLessThan(600_000)
  })

  it('draws the interval of a change beside it, and both sides in one curve', () => {
    const page = htmlPage(diffReport(pairedDiffDocument()))
    expect(page.match(/<svg class="interval/g)).toHaveLength(3)
    expect(page).toContain('interval level-critical')
    expect(page).toContain('data-chart="percentiles"')
    expect(diffSchema.parse(readBack(page))).toEqual(pairedDiffDocument())
  })

  it('tells what was drawn in numbers too', () => {
    for (const [, make] of reports) {
      const report = make()
      for (const { about, numbers } of report.views?.charts?.() ?? []) {
        expect(about).not.toMatch(/undefined|NaN|Infinity/)
        expect(numbers.rows.length).toBeGreaterThan(0)
        for (const { cells } of numbers.rows) expect(cells).toHaveLength(numbers.columns.length)
      }
    }
  })
})

describe('HTML that is read', () => {
  it('is left alone where it is JSON', () => {
    expect(documentIn('{"a":"<!doctype html>"}', 'x.json')).toBe('{"a":"<!doctype html>"}')
  })

  it('of somebody else is refused by name', () => {
    expect(() => documentIn('<!DOCTYPE html><p>hello', 'x.html')).toThrow(
      /x\.html is HTML, but no report of tune/,
    )
  })

  it('that was cut short is refused as such', () => {
    const page = htmlPage(runReport(pacedResult()))
    const at = page.indexOf('id="tune-document"')
    for (const length of [at + 5000, at - 5]) {
      expect(() => documentIn(page.slice(0, length), 'x.html')).toThrow(/x\.html is cut short/)
    }
  })
})
