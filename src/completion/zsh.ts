import { quoted } from './bash.ts'
import type { Place } from './tree.ts'

/** `_describe` takes `word:about`; a colon of the word itself would end it. */
const described = (word: string, about: string) => quoted(`${word.replaceAll(':', '\\:')}:${about}`)

export function zsh(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(' ')))
  return `#compdef tune
# zsh completion for tune; made by: tune completion zsh
_tune() {
  local place='' next word prev=\${words[CURRENT-1]}
  local -a entries
  for word in \${words[2,CURRENT-1]}; do
    next="\${place:+$place }$word"
    case "$next" in
      ${paths.join('|')}) place=$next ;;
    esac
  done
  case "$place $prev" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$place" in
${places.map(entryCase).join('\n')}
  esac
  _describe 'tune' entries || _files
}
if [ "\${funcstack[1]}" = _tune ]; then _tune "$@"; else compdef _tune tune; fi
`
}

function valueCases({ path, options }: Place): string[] {
  return options
    .filter(({ takes }) => takes !== 'none')
    .map(({ words, takes, values }) => {
      const patterns = words.map((word) => quoted(`${path.join(' ')} ${word}`)).join('|')
      const reply = takes === 'list' ? `compadd -- ${values.map(quoted).join(' ')}` : '_files'
      return `    ${patterns}) ${reply}; return ;;`
    })
}

function entryCase({ path, commands, options, values }: Place): string {
  const entries = [
    ...commands.map(({ word, about }) => described(word, about)),
    ...values.map(quoted),
    ...options.flatMap(({ words, about }) => words.map((word) => described(word, about))),
  ]
  return `    ${quoted(path.join(' '))}) entries=(${entries.join(' ')}) ;;`
}
