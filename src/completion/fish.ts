import type { Place } from './tree.ts'

/** In fish's single quotes a backslash escapes itself and the quote. */
const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

export function fish(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(' ')))
  return `# fish completion for tune; made by: tune completion fish
function __tune_at
    set -l place ''
    for word in (commandline -opc)[2..-1]
        set -l next (string trim -- "$place $word")
        if contains -- "$next" ${paths.join(' ')}
            set place $next
        end
    end
    test "$place" = "$argv[1]"
end
${places.flatMap(lines).join('\n')}
`
}

function lines({ path, commands, options, values }: Place): string[] {
  const head = `complete -c tune -n ${quoted(`__tune_at ${quoted(path.join(' '))}`)}`
  return [
    ...commands.map(({ word, about }) => `${head} -f -a ${quoted(word)} -d ${quoted(about)}`),
    ...values.map((value) => `${head} -f -a ${quoted(value)}`),
    ...options.map(({ words, about, takes, values: choices }) => {
      const names = words.map((word) =>
        word.startsWith('--') ? `-l ${quoted(word.slice(2))}` : `-s ${quoted(word.slice(1))}`,
      )
      const value =
        takes === 'list' ? [`-x -a ${quoted(choices.join(' '))}`] : takes === 'any' ? ['-r'] : ['-f']
      return [head, ...names, ...value, `-d ${quoted(about)}`].join(' ')
    }),
  ]
}
