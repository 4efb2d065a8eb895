/**
 * Arithmetic as steps print it: numbers, `+ - × /`, parentheses and a few functions. A step's value is what this makes of
 * its printed text, so the two cannot differ.
 */

const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = {
  ceil: (value = 0) => Math.ceil(steady(value)),
  floor: (value = 0) => Math.floor(steady(value)),
  round: (value = 0) => Math.round(steady(value)),
  sqrt: (value = 0) => Math.sqrt(value),
  ln: (value = 0) => Math.log(value),
  log2: (value = 0) => Math.log2(value),
  max: (...values) => Math.max(...values),
  min: (...values) => Math.min(...values),
  sum: (...values) => values.reduce((sum, value) => sum + value, 0),
  pow2: (value = 0) => 2 ** value,
  lcm: (a = 1, b = 1) => (a * b) / gcd(a, b),
}

const TOKEN = /\s*(\d+(?:\.\d+)?(?:e[+-]?\d+)?|[a-z]\w*|[-+×/(),])/iy

/** 12.000000000000002 is 12 to a pocket calculator: rounding up must not make 13 of it. */
function steady(value: number): number {
  return Number(value.toPrecision(12))
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

/** @throws Error where the text is no arithmetic: a defect of the calculator that wrote it */
export function evaluate(text: string): number {
  const tokens = tokensOf(text)
  let at = 0
  const take = (...wanted: string[]) => {
    const token = tokens[at]
    if (token === undefined || !wanted.includes(token)) return undefined
    at += 1
    return token
  }
  const expect = (wanted: string) => {
    if (take(wanted) === undefined) throw new Error(`'${wanted}' is missing in: ${text}`)
  }

  function sum(): number {
    let value = product()
    for (let sign = take('+', '-'); sign !== undefined; sign = take('+', '-')) {
      value += (sign === '-' ? -1 : 1) * product()
    }
    return value
  }
  function product(): number {
    let value = factor()
    for (let sign = take('×', '/'); sign !== undefined; sign = take('×', '/')) {
      const by = factor()
      value = sign === '×' ? value * by : value / by
    }
    return value
  }
  function factor(): number {
    if (take('-') !== undefined) return -factor()
    if (take('(') !== undefined) {
      const value = sum()
      expect(')')
      return value
    }
    const token = tokens[at++] ?? ''
    const called = FUNCTIONS[token]
    if (called === undefined) {
      const value = Number(token)
      if (token === '' || Number.isNaN(value)) throw new Error(`'${token}' is no number in: ${text}`)
      return value
    }
    expect('(')
    const values = [sum()]
    while (take(',') !== undefined) values.push(sum())
    expect(')')
    return called(...values)
  }

  const value = sum()
  if (at !== tokens.length) throw new Error(`'${tokens[at]}' is too much in: ${text}`)
  return value
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (match === null) throw new Error(`'${text.slice(at)}' is no arithmetic`)
    tokens.push(match[1] ?? '')
  }
  return tokens
}
