import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CliError } from './cli-error.ts'
import type { Command } from './command.ts'
import { parseCommandLine } from './command-line.ts'

const serve: Command = {
  name: 'serve',
  about: 'serves',
  words: [],
  options: {
    config: { value: 'FILE', about: '', short: 'c' },
    port: { value: 'N', about: '', short: 'p' },
    host: { value: 'HOST', about: '' },
  },
  run: () => Promise.resolve(),
}
const publish: Command = {
  ...serve,
  name: 'publish',
  words: ['CHANNEL', 'JSON'],
  options: { url: { value: 'URL', about: '', short: 'u' } },
}

describe('a command', () => {
  it('has its options, by short names and with values behind an equals sign, too', () => {
    expect(asked('serve -c c.json -p 8080 --host=::')).toEqual({
      command: 'serve',
      words: [],
      options: { config: 'c.json', port: '8080', host: '::' },
    })
  })

  it('takes its options before its name, too', () => {
    expect(asked('--config c.json --port=8080 serve')).toMatchObject({
      command: 'serve',
      options: { config: 'c.json', port: '8080' },
    })
  })

  it('has its words, and a dash is one', () => {
    expect(asked('publish news -u ws://h -')).toEqual({
      command: 'publish',
      words: ['news', '-'],
      options: { url: 'ws://h' },
    })
  })

  it('takes a value that begins with a dash behind an equals sign', () => {
    expect(asked('serve --config=-c.json')).toMatchObject({ options: { config: '-c.json' } })
  })
})

it.each(['--help', '-h', 'serve --help', 'serve --port 1 -h', '--help --version'])(
  '%s asks for help',
  (line) => {
    const command = line.includes('serve') ? serve : null
    expect(parse(line)).toEqual({ kind: 'help', command })
  },
)

it.each(['--version', '-v', 'serve -v'])('%s asks for the version', (line) => {
  expect(parse(line)).toEqual({ kind: 'version' })
})

describe('a mistake is one line that says what to do', () => {
  it.each([
    ['', 'no command given; see tidewire --help'],
    ['sevre', 'unknown command "sevre" (did you mean "serve"?); see tidewire --help'],
    ['tale', 'unknown command "tale"; see tidewire --help'],
    ['publish news', 'publish needs JSON; see tidewire publish --help'],
    ['publish', 'publish needs CHANNEL; see tidewire publish --help'],
    ['publish a b c', 'unexpected argument "c"; see tidewire --help'],
    ['publish a b --port 1', 'unknown option "--port"; see tidewire --help'],
    ['serve c.json', 'unexpected argument "c.json"; see tidewire --help'],
    ['serve --prot 1', 'unknown option "--prot" (did you mean "--port"?); see tidewire --help'],
    ['serve -x', 'unknown option "-x"; see tidewire --help'],
    ['serve --__proto__=1', 'unknown option "--__proto__"; see tidewire --help'],
    ['serve --config', 'option --config needs a value; see tidewire --help'],
    ['serve --config --port 1', 'option --config needs a value; see tidewire --help'],
    [
      'serve --port -1',
      'option --port needs a value, and a number below 0 is none; see tidewire --help',
    ],
    ['serve --port 1 -p 2', 'option --port is given twice; see tidewire --help'],
    ['serve --host=', 'option --host needs a value; see tidewire --help'],
  ])('tidewire %s', (line, message) => {
    expect(mistakeIn(line)).toBe(message)
  })

  it('does not repeat what was given to an unknown option', () => {
    expect(mistakeIn('serve --secret=hunter2')).not.toContain('hunter2')
    expect(mistakeIn('serve --secret hunter2')).not.toContain('hunter2')
  })

  it('stays one line, whatever was typed', () => {
    const word = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('serve', '--port', '-'))
    fc.assert(
      fc.property(fc.array(word), (args) => {
        try {
          parseCommandLine(args, [serve, publish])
        } catch (error) {
          expect(error).toBeInstanceOf(CliError)
          expect(String(error)).not.toContain('\n')
        }
      }),
    )
  })
})

function parse(line: string) {
  return parseCommandLine(line.split(' ').filter(Boolean), [serve, publish])
}

function asked(line: string) {
  const parsed = parse(line)
  if (parsed.kind !== 'run') throw new Error(`nothing is run: ${parsed.kind}`)
  const { options, words } = parsed.asked
  return { command: parsed.command.name, words, options: Object.fromEntries(options) }
}

function mistakeIn(line: string): string {
  try {
    parse(line)
  } catch (error) {
    if (error instanceof CliError) return error.message
    throw error
  }
  return 'none'
}
