import { describe, expect, it } from 'vitest'
import { startCli } from './cli-process.ts'
import { configFolder } from './config-folder.ts'

// With the built program: a test runner loads modules in its own way, and fails in its own words.

const config = '{ channels: { news: { subscribe: "anyone" } } }'

describe('a config is the', () => {
  it.each([
    ['default export', 'config.mjs', `export default ${config}`],
    ['export named config', 'config.mjs', `export const config = ${config}`],
    [
      'export of a module that waits',
      'config.mjs',
      `export default await Promise.resolve(${config})`,
    ],
    ['export of a .js file', 'config.js', `export default ${config}`],
    ['export of a CommonJS file', 'config.js', `module.exports = ${config}`],
    ['named export of a CommonJS file', 'config.js', `exports.config = ${config}`],
  ])('%s', async (_, name, content) => {
    await using folder = await configFolder()
    const file = await folder.write(name, content)
    await using cli = startCli('serve', '--config', file, '--port', '0')
    expect(await cli.nextLine()).toMatch(/^listening on /)
  })
})

describe('a module that gives no config is one line and exit code 1', () => {
  it.each([
    [
      'exports neither',
      'export const other = 1',
      ': expected a default export or an export named config',
    ],
    ['exports a function', 'export default () => ({})', ': expected an object, got a function'],
    [
      'throws',
      '\nthrow new Error("KEY is not set\\nmore")',
      ':2:7: the module throws Error: KEY is not set',
    ],
    ['throws no Error', 'throw "hunter2"', ': the module throws something that is no Error'],
    [
      'breaks the syntax',
      'export default { secret: hunter2 hunter3 }',
      ': SyntaxError in the module; see it with: node FILE',
    ],
    [
      'lacks quotes',
      'export default {\n  secret: hunter2\n}',
      ':2:11: ReferenceError in the module; see it with: node FILE',
    ],
  ])('%s', async (_, content, problem) => {
    await using folder = await configFolder()
    const file = await folder.write('config.mjs', content)
    await using cli = startCli('serve', '--config', file, '--port', '0')
    expect(await cli.ended()).toEqual({
      code: 1,
      stdout: '',
      stderr: `tidewire: ${file}${problem.replace('FILE', file)}\n`,
    })
  })
})
