/** Lines of at most `width` characters, broken at blanks; a longer word keeps a line of its own, for copying. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  // A separator stays with the word before it, and a number with its unit.
  const glued = text
    .replace(/ ([·→=+]) /g, '\u00a0$1 ')
    .replace(/(\d) (?=[^\d\s(]{1,6}(?:\s|,|$))/g, '$1\u00a0')
  for (const word of glued.split(' ')) {
    if (line === '') line = word
    else if (line.length + 1 + word.length <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line].map((part) => part.replaceAll('\u00a0', ' '))
}

const ASCII: Readonly<Record<string, string>> = {
  '–': '-',
  '·': '|',
  '→': '->',
  '×': 'x',
  µ: 'u',
  '≥': '>=',
  '≤': '<=',
  '✓': '*',
  '✗': 'X',
  '…': '...',
  '’': "'",
  '█': '#',
}

/** The same text without characters that an old terminal or a log cannot show; bars are left out. */
export function asciiOnly(text: string): string {
  return text
    .replace(/[▁▂▃▄▅▆▇█]+ {2}/g, '')
    .replace(/[\u0080-\uffff]/g, (character) => ASCII[character] ?? '?')
}
