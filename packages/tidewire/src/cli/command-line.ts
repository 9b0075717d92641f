import { parseArgs } from 'node:util'
import { CliError } from './cli-error.ts'
import { didYouMean } from './did-you-mean.ts'

/**
 * What the words after `tidewire` ask for. Knows the command line only: no
 * file is read and nothing is started here.
 */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | ({ readonly kind: 'serve' } & ServeCommand)

/** `tidewire serve`. */
export interface ServeCommand {
  readonly configFile: string
  /** 0 takes a free one. */
  readonly port: number
  readonly host: string
}

/** @throws CliError for a command or an option that does not exist, or lacks its value. */
export function parseCommandLine(args: readonly string[]): Command {
  const { options, words } = split(args)
  if (options.has('help')) return { kind: 'help' }
  if (options.has('version')) return { kind: 'version' }
  assertServe(words)
  return {
    kind: 'serve',
    configFile: needed(options, 'config', 'FILE'),
    port: portFrom(needed(options, 'port', 'N')),
    host: options.get('host') ?? '127.0.0.1',
  }
}

const knownOptions = {
  config: { type: 'string', short: 'c' },
  port: { type: 'string', short: 'p' },
  host: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

type OptionName = keyof typeof knownOptions

interface Words {
  readonly options: ReadonlyMap<OptionName, string>
  readonly words: readonly string[]
}

// Not strict: its own messages are long and name no close option.
function split(args: readonly string[]): Words {
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: knownOptions,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const options = new Map<OptionName, string>()
  for (const token of tokens) {
    if (token.kind === 'option') options.set(knownName(token), givenValue(token))
  }
  return { options, words: positionals }
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

function knownName({ name, rawName }: OptionToken): OptionName {
  if (isOptionName(name)) return name
  const names = Object.keys(knownOptions).map((known) => `--${known}`)
  throw new CliError(`unknown option ${shown(rawName)}${didYouMean(rawName, names)}; ${seeHelp}`)
}

function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(knownOptions, name)
}

// An empty host would listen on every address; `--config --port` has lost its file.
function givenValue({ name, rawName, value = '', inlineValue }: OptionToken): string {
  if (name === 'help' || name === 'version') return ''
  if (value === '' || (value.startsWith('-') && inlineValue !== true)) {
    throw new CliError(`option ${rawName} needs a value; ${seeHelp}`)
  }
  return value
}

function assertServe([command, extra]: readonly string[]): void {
  if (command === undefined) throw new CliError(`no command given; ${seeHelp}`)
  if (command !== 'serve') {
    throw new CliError(
      `unknown command ${shown(command)}${didYouMean(command, ['serve'])}; ${seeHelp}`,
    )
  }
  if (extra !== undefined) throw new CliError(`unexpected argument ${shown(extra)}; ${seeHelp}`)
}

function needed(options: Words['options'], name: OptionName, value: string): string {
  const given = options.get(name)
  if (given === undefined) throw new CliError(`serve needs --${name} ${value}; ${seeHelp}`)
  return given
}

function portFrom(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new CliError(`option --port: expected a number from 0 to 65535, got ${shown(text)}`)
}

function shown(word: string): string {
  return JSON.stringify(word.length > 60 ? `${word.slice(0, 60)}…` : word)
}

const seeHelp = 'see tidewire --help'
