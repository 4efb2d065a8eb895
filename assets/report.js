// Of reports in HTML: draws their charts with uPlot from the data in the page. Colours come from the style sheet, so a
// change of theme, or printing, draws again.
;(() => {
  const HEIGHT = 320
  const charts = JSON.parse(document.getElementById('tune-charts').textContent)
  const root = document.documentElement

  const css = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim()
  const number = (value, digits) => value.toLocaleString('en-US', { maximumFractionDigits: digits })
  const few = (value) => number(value, Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0)

  function short(value) {
    const size = Math.abs(value)
    if (size >= 1e9) return `${number(value / 1e9, 1)} G`
    if (size >= 1e6) return `${number(value / 1e6, 1)} M`
    return size >= 1e4 ? `${number(value / 1e3, 1)} k` : few(value)
  }

  function clock(seconds) {
    const whole = Math.abs(Math.round(seconds))
    const sign = seconds < -0.5 ? '-' : ''
    return `${sign}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
  }

  /** 1/(1-p) as a percentage: 1,000 is 99.9 %. */
  function percentile(x) {
    const nines = Math.max(0, Math.round(Math.log10(x)) - 2)
    return `${number(100 * (1 - 1 / x), Math.max(nines, x < 10 ? 0 : 1))} %`
  }

  /** How a number is written, by its axis: short beside the axis, in full under the cursor. */
  const WORDS = {
    seconds: { tick: clock, full: clock },
    ms: {
      tick: (ms) => (ms < 0.01 ? number(ms, 3) : few(ms)),
      full: (ms) => `${ms < 1 ? number(ms, 3) : few(ms)} ms`,
    },
    perSec: { tick: short, full: few },
    count: { tick: short, full: few },
    number: { tick: short, full: few },
    bytes: { tick: short, full: (bytes) => `${short(bytes)}B` },
    share: { tick: (ratio) => `${number(ratio * 100, 1)} %`, full: (ratio) => `${number(ratio * 100, 1)} %` },
    percentile: { tick: percentile, full: percentile },
  }

  /** Round numbers on a logarithmic axis: 1, 2, 5, 10 …, or powers of ten alone where there are many. */
  function logTicks(min, max) {
    const steps = Math.log10(max / min) > 3 ? [1] : [1, 2, 5]
    const ticks = []
    for (let power = Math.floor(Math.log10(min)); power <= Math.log10(max); power++) {
      for (const step of steps) ticks.push(Number((step * 10 ** power).toPrecision(1)))
    }
    return ticks.filter((tick) => tick >= min * 0.999 && tick <= max * 1.001)
  }

  const percentileTicks = (min, max) =>
    [1, 2, 10, 100, 1e3, 1e4, 1e5, 1e6].filter((tick) => tick >= min * 0.999 && tick <= max * 1.001)

  /** 0 % and 50 % are close together where there are many nines: what would be written over another is left out. */
  function apart(plot, ticks, words) {
    const roomPx = 46
    let lastPx = Number.NEGATIVE_INFINITY
    return ticks.map((tick, n) => {
      const atPx = plot.valToPos(tick, 'x')
      if (atPx - lastPx < roomPx) return ''
      lastPx = atPx
      return words[n]
    })
  }

  function axis(about, more) {
    return {
      stroke: css('ink-2'),
      font: '12px system-ui, sans-serif',
      labelFont: '12px system-ui, sans-serif',
      grid: { stroke: css('grid'), width: 1 },
      ticks: { stroke: css('line'), width: 1, size: 4 },
      values: (plot, ticks) => {
        const words = ticks.map((tick) => (tick === null ? '' : WORDS[about.scale].tick(tick)))
        return about.scale === 'percentile' ? apart(plot, ticks, words) : words
      },
      ...(about.scale === 'percentile'
        ? { splits: (_, __, min, max) => percentileTicks(min, max), filter: (_, ticks) => ticks }
        : about.log
          ? { splits: (_, __, min, max) => logTicks(min, max), filter: (_, ticks) => ticks }
          : {}),
      ...(about.scale === 'count' || about.scale === 'seconds' ? { incrs: WHOLE[about.scale] } : {}),
      ...more,
    }
  }

  const WHOLE = {
    count: [1, 2, 5]
      .flatMap((step) => Array.from({ length: 12 }, (_, n) => step * 10 ** n))
      .sort((a, b) => a - b),
    seconds: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400],
  }

  /** @param room how many times as high as its highest value: bars below lines leave them free */
  function vertical(about, room = 1.08) {
    if (about.log) return { distr: 3, log: 10, range: (_, min, max) => logRange(min, max) }
    return {
      range: (_, min, max) => {
        const top = max > 0 ? max * room : 1
        return [
          Math.min(0, min ?? 0),
          about.scale === 'share' && top < 1.2 && top > 0.4 ? Math.max(1, max) : top,
        ]
      },
    }
  }

  function logRange(min, max) {
    if (!(min > 0)) return [0.1, 10]
    const steps = [1, 2, 5]
    const down = (value) => {
      const power = 10 ** Math.floor(Math.log10(value))
      return (
        [...steps]
          .reverse()
          .map((step) => step * power)
          .find((edge) => edge <= value * 1.0001) ?? power
      )
    }
    const up = (value) => {
      const power = 10 ** Math.floor(Math.log10(value))
      return [...steps, 10].map((step) => step * power).find((edge) => edge >= value * 0.9999) ?? power * 10
    }
    const [low, high] = [down(min), up(max)]
    return low === high ? [low / 2, high * 2] : [low, high]
  }

  function seriesOf(line) {
    const color = css(line.color)
    const made = {
      label: line.title,
      scale: line.axis === 'right' ? 'right' : 'left',
      stroke: color,
      width: line.style === 'line' || line.style === 'area' ? 2 : 1.5,
      points: { show: line.style === 'points', size: 8, fill: color },
      spanGaps: false,
    }
    if (line.style === 'dashed') made.dash = [6, 4]
    if (line.style === 'area') made.fill = `color-mix(in srgb, ${color} 14%, transparent)`
    if (line.style === 'points') made.paths = () => null
    if (line.style === 'bars') {
      made.paths = uPlot.paths.bars({ size: [0.6, 14] })
      made.fill = color
      made.width = 0
    }
    return made
  }

  /** Behind all else: times that are not measured time. */
  function paintShades(u, shades) {
    const { ctx, bbox } = u
    ctx.save()
    for (const { from, to, title } of shades) {
      const left = Math.max(bbox.left, u.valToPos(from, 'x', true))
      const right = Math.min(bbox.left + bbox.width, u.valToPos(to, 'x', true))
      if (right <= left) continue
      ctx.fillStyle = css('shade')
      ctx.fillRect(left, bbox.top, right - left, bbox.height)
      ctx.fillStyle = css('ink-2')
      ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`
      ctx.textAlign = 'left'
      ctx.textBaseline = 'top'
      // Upright where there is no room beside each other
      const room = ctx.measureText(title).width + 8 * devicePixelRatio
      if (room <= right - left)
        ctx.fillText(title, left + 4 * devicePixelRatio, bbox.top + 4 * devicePixelRatio)
      else if (right - left > 14 * devicePixelRatio) {
        ctx.translate((left + right) / 2, bbox.top + 6 * devicePixelRatio)
        ctx.rotate(Math.PI / 2)
        ctx.textBaseline = 'middle'
        ctx.fillText(title, 0, 0)
        ctx.setTransform(1, 0, 0, 1, 0, 0)
      }
    }
    ctx.restore()
  }

  const rgb = (name) => css(name).split(',').map(Number)

  /** From few to many; by factors, as a stall of a few records must be seen beside the many. */
  function heatColor(count, most) {
    const [low, high] = [rgb('heat-0'), rgb('heat-1')]
    const share = most <= 1 ? 1 : 0.12 + (0.88 * Math.log(count)) / Math.log(most)
    return `rgb(${low.map((one, n) => Math.round(one + (high[n] - one) * share)).join(',')})`
  }

  function paintHeat(u, { xEdges, yEdges, counts }) {
    const { ctx, bbox } = u
    const most = Math.max(...counts.flatMap((pairs) => pairs.filter((_, n) => n % 2 === 1)))
    const colors = new Map()
    const x = xEdges.map((edge) => Math.round(u.valToPos(edge, 'x', true)))
    const y = yEdges.map((edge) => Math.round(u.valToPos(edge, 'left', true)))
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
    ctx.clip()
    counts.forEach((pairs, column) => {
      for (let n = 0; n < pairs.length; n += 2) {
        const [row, count] = [pairs[n], pairs[n + 1]]
        if (!colors.has(count)) colors.set(count, heatColor(count, most))
        ctx.fillStyle = colors.get(count)
        const width = Math.max(1, x[column + 1] - x[column])
        ctx.fillRect(x[column], y[row + 1], width, Math.max(1, y[row] - y[row + 1]))
      }
    })
    ctx.restore()
    return most
  }

  function xRange(chart, values) {
    const shades = chart.shades ?? []
    const all = [...values, ...shades.flatMap(({ from, to }) => [from, to]), ...(chart.xEdges ?? [])]
    const [low, high] = [Math.min(...all), Math.max(...all)]
    const [first, last] = [values[0], values[values.length - 1]]
    const room = chart.lines.some(({ style }) => style === 'points') ? 0.5 : 0
    // A part that was chosen with the mouse is shown as it is
    return (_, min, max) => (min === first && max === last ? [low - room, high + room] : [min, max])
  }

  function xValues(chart) {
    if (chart.kind === 'lines') return chart.x.values
    return chart.xEdges.slice(1).map((edge, n) => (edge + chart.xEdges[n]) / 2)
  }

  function draw(chart, place, width) {
    const values = xValues(chart)
    const shades = chart.shades ?? []
    const hasRight = chart.right !== undefined
    const hasBars = chart.lines.some(({ style }) => style === 'bars')
    const options = {
      width,
      height: HEIGHT,
      // The last label of an axis reaches beyond it
      padding: [14, hasRight ? 0 : 30, 0, 0],
      scales: {
        x: { time: false, distr: chart.x.log ? 3 : 1, log: 10, range: xRange(chart, values) },
        left:
          chart.kind === 'heat'
            ? { distr: 3, log: 10, range: [chart.yEdges[0], chart.yEdges[chart.yEdges.length - 1]] }
            : vertical(chart.left),
        ...(hasRight ? { right: vertical(chart.right, hasBars ? 3 : undefined) } : {}),
      },
      axes: [
        axis(chart.x, { label: chart.x.title, labelSize: 18, size: 34, space: 56 }),
        axis(chart.left, { scale: 'left', label: chart.left.title, labelSize: 18, size: 58 }),
        ...(hasRight
          ? [
              axis(chart.right, {
                scale: 'right',
                side: 1,
                label: chart.right.title,
                labelSize: 18,
                size: 58,
                grid: { show: false },
              }),
            ]
          : []),
      ],
      series: [
        { label: chart.x.title, value: (_, at, __, n) => (n === null ? '' : WORDS[chart.x.scale].full(at)) },
        ...chart.lines.map((line) => {
          const { scale } = line.axis === 'right' ? chart.right : chart.left
          return {
            ...seriesOf(line),
            value: (_, at, __, n) => {
              if (n === null) return ''
              return at === null || at === undefined ? '–' : WORDS[scale].full(at)
            },
          }
        }),
      ],
      cursor: {
        ...(chart.x.scale === 'seconds' ? { sync: { key: 'seconds' } } : {}),
        points: { size: 7 },
      },
      legend: { live: true },
      hooks: {
        ...(chart.kind === 'heat' ? {} : { drawClear: [(u) => paintShades(u, shades)] }),
        // Over the heat map too: its warm-up is drawn, and is not to be taken for the rest
        ...(chart.kind === 'heat'
          ? {
              drawAxes: [
                (u) => {
                  paintHeat(u, chart)
                  paintShades(u, shades)
                },
              ],
            }
          : {}),
      },
    }
    const u = new uPlot(options, [values, ...chart.lines.map((line) => line.values)], place)
    if (chart.kind === 'heat') place.append(ramp(chart))
    return u
  }

  /** What the colours of a heat map mean. */
  function ramp({ counts }) {
    const most = Math.max(...counts.flatMap((pairs) => pairs.filter((_, n) => n % 2 === 1)))
    const line = document.createElement('p')
    line.className = 'ramp'
    const canvas = document.createElement('canvas')
    canvas.width = 120
    canvas.height = 10
    canvas.setAttribute('aria-hidden', 'true')
    const ctx = canvas.getContext('2d')
    for (let n = 0; n < 120; n++) {
      ctx.fillStyle = heatColor(Math.max(1, most ** (n / 119)), most)
      ctx.fillRect(n, 0, 1, 10)
    }
    line.append('1 record', canvas, `${most.toLocaleString('en-US')} records`)
    return line
  }

  /** Arrow keys move the cursor; what is under it is said. */
  function withKeys(place, current) {
    const said = document.createElement('p')
    said.className = 'hidden'
    said.setAttribute('aria-live', 'polite')
    place.after(said)
    place.tabIndex = 0
    place.setAttribute('role', 'group')
    const name = place.closest('figure').querySelector('h3').textContent
    place.setAttribute(
      'aria-label',
      `${name}: chart. Arrow keys read it point by point; its numbers are in the table below.`,
    )
    let at = -1
    place.addEventListener('keydown', (event) => {
      const u = current()
      const last = u.data[0].length - 1
      const steps = { ArrowRight: at + 1, ArrowLeft: at < 0 ? last : at - 1, Home: 0, End: last }
      if (event.key === 'Escape') {
        at = -1
        u.setCursor({ left: -10, top: -10 })
        return
      }
      if (!(event.key in steps)) return
      event.preventDefault()
      at = Math.max(0, Math.min(last, steps[event.key]))
      u.setCursor({ left: u.valToPos(u.data[0][at], 'x'), top: u.over.clientHeight / 2 })
      said.textContent = u.series
        .map(({ label, value }, n) => `${label} ${value(u, u.data[n][at], n, at)}`)
        .join('; ')
    })
  }

  const drawn = charts.map((chart) => {
    const place = document.querySelector(`[data-chart="${chart.id}"]`)
    const one = { chart, place, u: undefined }
    withKeys(place, () => one.u)
    return one
  })

  function drawAll(width) {
    for (const one of drawn) {
      one.u?.destroy()
      one.place.querySelector('.ramp')?.remove()
      one.u = draw(one.chart, one.place, width ?? one.place.clientWidth)
    }
  }
  drawAll()

  new ResizeObserver(() => {
    for (const { u, place } of drawn) {
      if (place.clientWidth > 0 && place.clientWidth !== u.width)
        u.setSize({ width: place.clientWidth, height: HEIGHT })
    }
  }).observe(document.body)

  const dark = matchMedia('(prefers-color-scheme: dark)')
  const isDark = () => (root.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark'
  const button = document.getElementById('theme')
  const name = () => {
    button.textContent = isDark() ? 'Light' : 'Dark'
  }
  name()
  button.hidden = false
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    name()
    drawAll()
  })
  dark.addEventListener('change', () => {
    name()
    drawAll()
  })

  // Paper is white, and as wide as it is
  const PAPER = 660
  let chosen
  addEventListener('beforeprint', () => {
    chosen = root.dataset.theme
    root.dataset.theme = 'light'
    drawAll(PAPER)
  })
  addEventListener('afterprint', () => {
    if (chosen === undefined) delete root.dataset.theme
    else root.dataset.theme = chosen
    drawAll()
  })

  // A link to what is closed opens it
  const open = () => {
    const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null
    if (target instanceof HTMLDetailsElement) target.open = true
  }
  addEventListener('hashchange', open)
  open()
})()
