import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { connectRaw } from '../support/raw-client.ts'
import { listen, stop } from '../support/start-server.ts'
import { startCli } from './cli-process.ts'
import { configFolder } from './config-folder.ts'

// The built program, as it is published: `npm test` builds it first.

const config = '{"drain":{"overMs":0,"graceMs":0},"channels":{"news":{"subscribe":"anyone"}}}'
const listening = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/

describe('tidewire serve', () => {
  it('prints where it listens and nothing else, and serves there', async () => {
    await using folder = await configFolder()
    const file = await folder.write('config.json', config)
    await using cli = startCli('serve', '--config', file, '--port', '0')
    const url = listening.exec(await cli.nextLine())?.[1]
    await using client = await connectRaw(`${url?.replace('http', 'ws')}/ws`)
    const answer = await client.ask({ type: 'subscribe', id: 1, channel: 'news' })
    expect(answer).toMatchObject({ type: 'ack', id: 1 })
    cli.kill('SIGTERM')
    const { stdout, stderr } = await cli.ended()
    expect(stdout).toBe(`listening on ${url}\n`)
    const log = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(log.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'info listening',
      'info draining; a second signal ends at once',
      'info a connection ended',
      'info closed',
    ])
    expect(log[2]).toMatchObject({ endedBy: 'restart', code: 1012, framesReceived: 1 })
    expect(log[3]).toMatchObject({ ended: { restart: 1 } })
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends in order at %s: 1012, exit code 0',
    async (signal) => {
      await using folder = await configFolder()
      // A timer that a module leaves behind keeps no process alive.
      const file = await folder.write(
        'config.mjs',
        `setInterval(() => undefined, 1_000)\nexport default ${config}`,
      )
      await using cli = startCli('serve', '--config', file, '--port', '0')
      const url = listening.exec(await cli.nextLine())?.[1]
      await using client = await connectRaw(`${url?.replace('http', 'ws')}/ws`)
      cli.kill(signal)
      expect(await client.closed()).toMatchObject({ code: 1012 })
      expect(await cli.ended()).toMatchObject({ code: 0 })
    },
  )

  it('outlives whoever reads its log', async () => {
    await using folder = await configFolder()
    const file = await folder.write('config.json', config)
    await using cli = startCli('serve', '--config', file, '--port', '0')
    await cli.nextLine()
    cli.closeOutput()
    cli.kill('SIGTERM')
    expect(await cli.ended()).toMatchObject({ code: 0 })
  })

  it('says in one line that its port is in use, and exits with 1', async () => {
    await using folder = await configFolder()
    const file = await folder.write('config.json', config)
    const other = createServer()
    const port = await listen(other)
    await using cli = startCli('serve', '--config', file, '--port', String(port))
    expect(await cli.ended()).toEqual({
      code: 1,
      stdout: '',
      stderr: `tidewire: port ${port} on 127.0.0.1 is in use; choose another with --port\n`,
    })
    await stop(other)
  })

  it('tells each mistake of a config on a line of its own, and exits with 1', async () => {
    await using folder = await configFolder()
    const file = await folder.write('config.json', '{"auth": {"mode": "on"}, "chanels": {}}')
    await using cli = startCli('serve', '--config', file, '--port', '0')
    const { code, stdout, stderr } = await cli.ended()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.trimEnd().split('\n')).toEqual([
      `tidewire: ${file}: auth.mode: expected "required" or "optional", got "on"`,
      `tidewire: ${file}: channels: expected an object of channels by pattern, but it is missing`,
      expect.stringMatching(/: chanels: unknown key, .* \(did you mean "channels"\?\)$/),
    ])
  })
})

describe('tidewire', () => {
  it('is a program that a shell can start', () => {
    const program = readFileSync(new URL('../../dist/cli/main.js', import.meta.url), 'utf8')
    expect(program).toMatch(/^#!\/usr\/bin\/env node\n/)
  })

  it('--version prints the version of the package', async () => {
    const manifest = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    )
    await using cli = startCli('--version')
    expect(await cli.ended()).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
  })

  it('--help fits on one screen', async () => {
    await using cli = startCli('--help')
    const { code, stdout, stderr } = await cli.ended()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = stdout.split('\n')
    expect(lines).toContain('  tidewire serve --config tidewire.json --port 3000')
    expect(lines.length).toBeLessThanOrEqual(25)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it.each([[], ['sevre'], ['serve', '--prot', '1']])(
    '%j is one line and exit code 1',
    async (...args) => {
      await using cli = startCli(...args)
      const { code, stdout, stderr } = await cli.ended()
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(/^tidewire: [^\n]+ see tidewire --help\n$/)
    },
  )
})
