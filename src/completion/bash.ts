import type { Place } from './tree.ts'

/** In single quotes, for every shell here: only the quote itself ends them. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Works with bash 3.2 too, and without the package bash-completion. */
export function bash(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(' ')))
  return `# bash completion for tune; made by: tune completion bash
_tune() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} place='' i next
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${place:+$place }\${COMP_WORDS[i]}"
    case "$next" in
      ${paths.join('|')}) place=$next ;;
    esac
  done
  case "$place $prev" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$place" in
${places.map(wordCase).join('\n')}
  esac
}
complete -o bashdefault -o default -F _tune tune
`
}

function valueCases({ path, options }: Place): string[] {
  return options
    .filter(({ takes }) => takes !== 'none')
    .map(({ words, takes, values }) => {
      const patterns = words.map((word) => quoted(`${path.join(' ')} ${word}`)).join('|')
      // an empty answer lets bash offer file names
      const reply =
        takes === 'list'
          ? `COMPREPLY=($(compgen -W ${quoted(values.join(' '))} -- "$cur")); return`
          : 'return'
      return `    ${patterns}) ${reply} ;;`
    })
}

function wordCase({ path, commands, options, values }: Place): string {
  const words = [
    ...commands.map(({ word }) => word),
    ...values,
    ...options.flatMap(({ words: spellings }) => spellings),
  ]
  return `    ${quoted(path.join(' '))}) COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$cur")) ;;`
}
