import { parseArgs } from 'node:util'
import { CliError } from './cli-error.ts'
import type { Asked, Command } from './command.ts'
import { didYouMean } from './did-you-mean.ts'

/**
 * What the words after `tidewire` ask for. Knows the command line only: no
 * file is read and nothing is started here.
 */
export type CommandLine =
  | { readonly kind: 'help'; readonly command: Command | null }
  | { readonly kind: 'version' }
  | { readonly kind: 'run'; readonly command: Command; readonly asked: Asked }

/** @throws CliError for a command, a word or an option that does not exist, or lacks its value. */
export function parseCommandLine(
  args: readonly string[],
  commands: readonly Command[],
): CommandLine {
  const [name] = parseArgs({
    args: [...args],
    options: valueTaking(commands),
    strict: false,
  }).positionals
  const command = commands.find((known) => known.name === name) ?? null
  const { options, words } = split(args, command, commands)
  if (options.has('help')) return { kind: 'help', command }
  if (options.has('version')) return { kind: 'version' }
  if (command === null) throw new CliError(noCommand(name, commands))
  const asked = { options, words: words.slice(1) }
  assertWords(command, asked.words)
  return { kind: 'run', command, asked }
}

const ownOptions = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

type ParseOptions = Record<string, { type: 'string' | 'boolean'; short?: string }>

// Not strict: the parser's own messages are long and name no close option.
function split(
  args: readonly string[],
  command: Command | null,
  commands: readonly Command[],
): Asked {
  const known = command === null ? valueTaking(commands) : valueTaking([command])
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: known,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const options = new Map<string, string>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const name = knownName(token, known)
    // Which of two is meant nobody can tell.
    if (options.has(name)) throw new CliError(`option --${name} is given twice; ${seeHelp}`)
    options.set(name, givenValue(token))
  }
  return { options, words: positionals }
}

function valueTaking(commands: readonly Command[]): ParseOptions {
  const entries = commands
    .flatMap(({ options }) => Object.entries(options))
    .map(([name, { short }]) => [name, { type: 'string', ...(short && { short }) }] as const)
  return { ...Object.fromEntries(entries), ...ownOptions }
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

function knownName({ name, rawName }: OptionToken, known: ParseOptions): string {
  if (Object.hasOwn(known, name)) return name
  const names = Object.keys(known).map((option) => `--${option}`)
  throw new CliError(`unknown option ${shown(rawName)}${didYouMean(rawName, names)}; ${seeHelp}`)
}

// An empty host would listen on every address; `--config --port` has lost its file.
function givenValue({ name, rawName, value = '', inlineValue }: OptionToken): string {
  if (name === 'help' || name === 'version') return ''
  if (value === '' || (value.startsWith('-') && inlineValue !== true)) {
    const hint = /^-\d/.test(value) ? `, and a number below 0 is none` : ''
    throw new CliError(`option ${rawName} needs a value${hint}; ${seeHelp}`)
  }
  return value
}

function noCommand(name: string | undefined, commands: readonly Command[]): string {
  if (name === undefined) return `no command given; ${seeHelp}`
  const names = commands.map((command) => command.name)
  return `unknown command ${shown(name)}${didYouMean(name, names)}; ${seeHelp}`
}

function assertWords({ name, words: needed }: Command, given: readonly string[]): void {
  const extra = given[needed.length]
  if (extra !== undefined) throw new CliError(`unexpected argument ${shown(extra)}; ${seeHelp}`)
  const missing = needed[given.length]
  if (missing !== undefined) {
    throw new CliError(`${name} needs ${missing}; see tidewire ${name} --help`)
  }
}

function shown(word: string): string {
  return JSON.stringify(word.length > 60 ? `${word.slice(0, 60)}…` : word)
}

const seeHelp = 'see tidewire --help'
