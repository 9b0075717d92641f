import { readFileSync } from 'node:fs'
import type { Command, Option } from './command.ts'

/** The version of the package, from its own manifest. */
export function version(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}

/** What `--help` prints: one screen, 80 columns. */
export function helpText(commands: readonly Command[]): string {
  const lines = commands.map(({ name, about }) => `  tidewire ${name.padEnd(9)} ${about}`)
  return `tidewire ${version()}  real-time channels over WebSocket and plain HTTP

Commands
${lines.join('\n')}

  tidewire COMMAND --help says what each takes; -v, --version is the version.

Begin with tidewire.json
  { "channels": { "chat:{room}": { "subscribe": "anyone", "publish": "anyone",
                                   "history": { "size": 100 } } } }
and
  tidewire serve --config tidewire.json --port 3000
  tidewire tail chat:lobby --url ws://127.0.0.1:3000`
}

/** What `tidewire COMMAND --help` prints. */
export function commandHelp({ name, about, words, options }: Command): string {
  const usage = ['tidewire', name, ...words, '[options]'].join(' ')
  const rows = Object.entries(options).map((entry) => [leftOf(entry), entry[1].about] as const)
  const width = Math.max(...rows.map(([left]) => left.length))
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd())
  return [`${usage}  ${about}`, '', ...lines].join('\n')
}

function leftOf([name, { value, short }]: readonly [string, Option]): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name} ${value}`
}
