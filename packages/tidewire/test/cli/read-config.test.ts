import { describe, expect, it } from 'vitest'
import { CliError } from '../../src/cli/cli-error.ts'
import { type ConfigSources, readConfig } from '../../src/cli/config/read-config.ts'
import { configFolder } from './config-folder.ts'

const config = { channels: { 'chat:{room}': { subscribe: 'anyone' } } }
const json = JSON.stringify(config)
const rest =
  'port, path, handOver, tls, auth, channels, limits, origins, trustProxy, api, apiKeys, compression, dutyCycle, admission, drain, broker or logLevel'

describe('a config is read from', () => {
  it.each([
    ['config.json', json],
    ['config.conf', json],
    ['with-bom.json', `\ufeff${json}`],
  ])('%s', async (name, content) => {
    await using folder = await configFolder()
    expect(await read(await folder.write(name, content))).toMatchObject(config)
  })
})

describe('a file that is no config is refused in one line', () => {
  it.each([
    [
      'broken.json',
      '{\n  "channels": {},\n}',
      ':3:1: not JSON: expected a name in double quotes, found "}"; no comma goes before it',
    ],
    [
      'empty.json',
      '',
      ':1:1: not JSON: expected a value, found the end of the file; the file is empty',
    ],
    [
      'utf16.json',
      Buffer.from(json, 'utf16le'),
      ':1:2: not JSON: expected a name in double quotes or "}", found "\\u0000"',
    ],
    ['latin1.json', Buffer.from('{"channels":{"é":{}}}', 'latin1'), ': the file is not UTF-8 text'],
  ])('%s', async (name, content, problem) => {
    await using folder = await configFolder()
    const file = await folder.write(name, content)
    expect(await problemsOf(file)).toEqual([`${file}${problem}`])
  })

  it('that is not there', async () => {
    await using folder = await configFolder()
    for (const name of ['missing.json', 'missing.mjs']) {
      const file = `${folder.path}/${name}`
      expect(await problemsOf(file)).toEqual([`${file}: there is no such file`])
    }
  })

  it('that is a directory', async () => {
    await using folder = await configFolder()
    expect(await problemsOf(folder.path)).toEqual([
      `${folder.path}: this is a directory, not a file`,
    ])
  })
})

it('tells every mistake of a config with the file it is in', async () => {
  await using folder = await configFolder()
  const file = await folder.write('two.json', '{"channels": {}, "a": 1, "b": 2}')
  expect(await problemsOf(file)).toEqual([
    `${file}: a: unknown key, expected host, ${rest}`,
    `${file}: b: unknown key, expected host, ${rest}`,
  ])
})

async function problemsOf(file: string): Promise<readonly string[]> {
  try {
    await read(file)
    return []
  } catch (error) {
    if (error instanceof CliError) return error.lines
    throw error
  }
}

function read(file: string, sources: Partial<ConfigSources> = {}) {
  return readConfig({ environment: {}, ...sources, flags: new Map([['config', file]]) })
}
