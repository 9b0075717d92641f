import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CliError } from './cli-error.ts'
import { parseCommandLine } from './command-line.ts'

const serveDefaults = { kind: 'serve', configFile: 'c.json', port: 8080, host: '127.0.0.1' }

describe('serve', () => {
  it('listens on this machine only unless told', () => {
    expect(parse('serve --config c.json --port 8080')).toEqual(serveDefaults)
  })

  it('takes a host, short names and values behind an equals sign', () => {
    expect(parse('serve -c c.json -p 8080 --host=::')).toEqual({ ...serveDefaults, host: '::' })
  })

  it('takes its options before the command, too', () => {
    expect(parse('--config=c.json --port=8080 serve')).toEqual(serveDefaults)
  })

  it('takes a value that begins with a dash behind an equals sign', () => {
    expect(parse('serve --config=-c.json --port 0')).toMatchObject({ configFile: '-c.json' })
  })
})

it.each(['--help', '-h', 'serve --help', 'serve --port 1 -h', '--help --version'])(
  '%s asks for help',
  (line) => {
    expect(parse(line)).toEqual({ kind: 'help' })
  },
)

it.each(['--version', '-v', 'serve -v'])('%s asks for the version', (line) => {
  expect(parse(line)).toEqual({ kind: 'version' })
})

describe('a mistake is one line that says what to do', () => {
  it.each([
    ['', 'no command given; see tidewire --help'],
    ['sevre', 'unknown command "sevre" (did you mean "serve"?); see tidewire --help'],
    ['tail', 'unknown command "tail"; see tidewire --help'],
    ['serve c.json', 'unexpected argument "c.json"; see tidewire --help'],
    ['serve --prot 1', 'unknown option "--prot" (did you mean "--port"?); see tidewire --help'],
    ['serve -x', 'unknown option "-x"; see tidewire --help'],
    ['serve --__proto__=1', 'unknown option "--__proto__"; see tidewire --help'],
    ['serve --port 1', 'serve needs --config FILE; see tidewire --help'],
    ['serve --config c.json', 'serve needs --port N; see tidewire --help'],
    ['serve --config', 'option --config needs a value; see tidewire --help'],
    ['serve --config --port 1', 'option --config needs a value; see tidewire --help'],
    ['serve --host=', 'option --host needs a value; see tidewire --help'],
  ])('tidewire %s', (line, message) => {
    expect(mistakeIn(line)).toBe(message)
  })

  it.each(['65536', '-1', '1.5', '1e3', '0x50', '８０', 'http', '999999999'])(
    '--port=%s',
    (port) => {
      expect(mistakeIn(`serve --config c.json --port=${port}`)).toBe(
        `option --port: expected a number from 0 to 65535, got "${port}"`,
      )
    },
  )

  it('does not repeat what was given to an unknown option', () => {
    expect(mistakeIn('serve --secret=hunter2')).not.toContain('hunter2')
    expect(mistakeIn('serve --secret hunter2')).not.toContain('hunter2')
  })

  it('stays one line, whatever was typed', () => {
    const word = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('serve', '--port', '-'))
    fc.assert(
      fc.property(fc.array(word), (args) => {
        try {
          parseCommandLine(args)
        } catch (error) {
          expect(error).toBeInstanceOf(CliError)
          expect(String(error)).not.toContain('\n')
        }
      }),
    )
  })
})

function parse(line: string) {
  return parseCommandLine(line.split(' ').filter(Boolean))
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
