/** Reports in HTML as a reader's browser has them: opened from a file, drawn, read again. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { which } from '../../scripts/lib/run.mjs'
import { repeated } from '../../src/core/repeated.ts'
import type { Result } from '../../src/core/result.ts'
import { diffReport } from '../../src/report/diff.ts'
import { htmlPage } from '../../src/report/html/page.ts'
import type { Report } from '../../src/report/model.ts'
import { repeatedReport } from '../../src/report/repeated.ts'
import { runReport } from '../../src/report/run.ts'
import { CALCULATORS } from '../../src/sizing/index.ts'
import { cdcResult } from '../fixtures/cdc-result.ts'
import { CONNECTOR_FIXTURES } from '../fixtures/connector-result.ts'
import { caughtUp } from '../fixtures/consumer-result.ts'
import { pairedDiffDocument } from '../fixtures/diff.ts'
import { failingHttp } from '../fixtures/http-result.ts'
import { generatorLimitedResult, pacedResult, tenMinuteResult, workersResult } from '../fixtures/result.ts'
import { tune } from './built.ts'
import { lacks } from './requirements.ts'

const MOST_BYTES = 1_500_000

/** A browser that asks nobody for anything. */
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** In the page. Of each chart: the share of its dots that are not empty, and how many colours they have. */
const INKED = `[...document.querySelectorAll('[data-chart] .uplot canvas')].map((canvas) => {
  const dots = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
  const colors = new Set()
  let inked = 0
  for (let n = 0; n < dots.length; n += 4) {
    if (dots[n + 3] === 0) continue
    inked++
    colors.add((dots[n] << 16) + (dots[n + 1] << 8) + dots[n + 2])
  }
  return { share: (inked * 4) / dots.length, colors: colors.size }
})`

const FIRST_PAINT = `performance.getEntriesByType('paint').find(({ name }) => name === 'first-contentful-paint')?.startTime`

const REPORTS = {
  producer: () => runReport(generatorLimitedResult()),
  cdc: () => runReport(cdcResult()),
  consumer: () => runReport(caughtUp()),
  http: () => runReport(failingHttp),
  connector: () => runReport(CONNECTOR_FIXTURES.connector()),
  runs: () => repeatedReport(repeated([pacedResult(), generatorLimitedResult(), workersResult()])),
  diff: () => diffReport(pairedDiffDocument()),
} as const satisfies Record<string, () => Report>

describe.skipIf(lacks('Chromium'))('a report in HTML, in a browser', () => {
  let browser: Browser
  let dir: string

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tune-html-'))
    browser = await chromium.launch({ executablePath: which('chromium') ?? 'chromium', args: ARGS })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  const write = (name: string, text: string) => {
    const path = join(dir, name)
    writeFileSync(path, text)
    return path
  }

  /** A page with all that it says and asks for. */
  async function open(path: string, options: { width?: number; colorScheme?: 'light' | 'dark' } = {}) {
    const { width = 1280, colorScheme = 'light' } = options
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
    const page = await context.newPage()
    const said: string[] = []
    const asked: string[] = []
    page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`))
    page.on('pageerror', (error) => said.push(`error: ${error.message}`))
    page.on('request', (request) => asked.push(request.url()))
    const url = pathToFileURL(path).href
    await page.goto(url)
    return { page, said, asked: asked.filter((one) => one !== url && !one.startsWith('data:')) }
  }

  const inked = (page: Page) => page.evaluate<{ share: number; colors: number }[]>(INKED)

  it.each(Object.entries(REPORTS))(
    'is drawn, says nothing on the console, asks for nothing: %s',
    async (name, make) => {
      const report = make()
      const path = write(`${name}.html`, htmlPage(report))
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page, said, asked } = await open(path, { colorScheme })
        expect({ said, asked }).toEqual({ said: [], asked: [] })
        const drawn = (report.views?.charts?.() ?? []).filter(({ kind }) => kind !== 'split')
        const charts = await inked(page)
        expect(charts).toHaveLength(drawn.length)
        for (const { share, colors } of charts) {
          expect(share).toBeGreaterThan(0.01)
          expect(colors).toBeGreaterThan(3)
        }
        await page.context().close()
      }
    },
  )

  it('fits a telephone: nothing but tables is wider than the screen', async () => {
    for (const [name, make] of Object.entries(REPORTS)) {
      const { page } = await open(write(`${name}.html`, htmlPage(make())), { width: 390 })
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
      await page.context().close()
    }
  })

  it('has nothing that axe finds fault with, light and dark', async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    // Tables, lists, charts, badges and intervals are all in these
    for (const name of ['producer', 'diff'] as const) {
      const path = write(`${name}.html`, htmlPage(REPORTS[name]()))
      for (const colorScheme of ['light', 'dark'] as const) {
        const context = await browser.newContext({ colorScheme, bypassCSP: true })
        const page = await context.newPage()
        await page.goto(pathToFileURL(path).href)
        await page.evaluate(`${axe};0`)
        const found = await page.evaluate<string[]>(
          `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
        )
        expect({ name, colorScheme, found }).toEqual({ name, colorScheme, found: [] })
        await context.close()
      }
    }
  })

  it('is read with keys: a chart says the point that they move to', async () => {
    const { page } = await open(write('keys.html', htmlPage(runReport(pacedResult()))))
    await page.locator('[data-chart="throughput-over-time"]').focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowRight')
    const said = page.locator('#throughput-over-time [aria-live]')
    await expect
      .poll(() => said.textContent())
      .toMatch(/^time 0:02; acknowledged records\/s 2,0\d\d; asked records\/s 2,000$/)
    await page.context().close()
  })

  it('turns dark and light by its button, and draws again', async () => {
    const { page, said } = await open(write('theme.html', htmlPage(runReport(pacedResult()))))
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    const light = await background()
    await page.getByRole('button', { name: 'Dark' }).click()
    expect(await background()).not.toBe(light)
    for (const { share } of await inked(page)) expect(share).toBeGreaterThan(0.01)
    await page.getByRole('button', { name: 'Light' }).click()
    expect(await background()).toBe(light)
    expect(said).toEqual([])
    await page.context().close()
  })

  it('prints light from a dark screen', async () => {
    const { page, said } = await open(write('print.html', htmlPage(runReport(pacedResult()))), {
      colorScheme: 'dark',
    })
    const pdf = await page.pdf({ format: 'A4' })
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    await page.emulateMedia({ media: 'print' })
    expect(
      await page.evaluate<string>(`getComputedStyle(document.documentElement).getPropertyValue('--card')`),
    ).toBe('#ffffff')
    expect(said).toEqual([])
    await page.context().close()
  })

  it('of ten minutes is small at any rate, its figures whole, and shown at once', async () => {
    const result = tenMinuteResult(3000)
    const path = write('ten-minutes.html', htmlPage(runReport(result)))
    const { size } = statSync(path)
    expect(result.series.length).toBeGreaterThanOrEqual(600)
    expect(size).toBeLessThan(MOST_BYTES)
    const read = await tune(['report', path, '--report', 'json'], { cwd: dir })
    const { series, ...whole } = JSON.parse(read.stdout)
    const { series: made, ...wasWhole } = JSON.parse(JSON.stringify(result))
    expect(whole).toEqual(wasWhole)
    const withoutBuckets = (seconds: { latency: { hdr: string } }[]) =>
      seconds.map((second) => ({ ...second, latency: { ...second.latency, hdr: '' } }))
    expect(withoutBuckets(series)).toEqual(withoutBuckets(made))
    expect(await tune(['report', 'check', path], { cwd: dir })).toMatchObject({ code: 0 })
    const { page, said } = await open(path)
    const paintMs = await page.evaluate<number>(FIRST_PAINT)
    console.error(`ten minutes: ${(size / 1e6).toFixed(2)} MB, first paint after ${paintMs.toFixed(0)} ms`)
    expect(paintMs).toBeGreaterThan(0)
    expect(said).toEqual([])
    await page.context().close()
  })

  it('is read again by tune report, and compared by tune baseline diff', async () => {
    const results: readonly Result[] = [pacedResult(), { ...pacedResult(), tag: 'again' }]
    for (const [n, result] of results.entries()) write(`${n}.html`, htmlPage(runReport(result)))
    const again = await tune(['report', '1.html', '--report', 'json'], { cwd: dir })
    expect(again).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(JSON.stringify(results[1])))
    const diff = await tune(
      ['baseline', 'diff', '0.html', '1.html', '--report', 'html', '--output', 'd.html'],
      { cwd: dir },
    )
    expect(diff).toMatchObject({ code: 0, stdout: '' })
    const shown = await tune(['report', 'd.html'], { cwd: dir })
    expect(shown.stdout).toContain('no regression')
  })
})

describe('an installed tune', () => {
  it('writes the page of a sizing and of a plan, and reads them again', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'tune-html-'))
    const size = CALCULATORS.partitions.example.split(' ').slice(1)
    const asked = await tune([...size, '--report', 'json'], { cwd })
    await tune([...size, '--report', 'html', '--output', 'size.html'], { cwd })
    const read = await tune(['report', 'size.html', '--report', 'json'], { cwd })
    expect(read.stdout).toBe(asked.stdout)
    await tune(['plan', 'init', 'p.yaml'], { cwd })
    await tune(['plan', 'p.yaml', '--report', 'html', '--output', 'plan.html'], { cwd })
    const plan = await tune(['plan', 'p.yaml'], { cwd })
    expect((await tune(['report', 'plan.html'], { cwd })).stdout).toBe(plan.stdout)
    rmSync(cwd, { recursive: true })
  })
})
