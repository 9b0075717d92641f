/**
 * The program as an operator runs it: output, errors, signals, exit codes.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { connect } from 'tidewire/client'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { AttackMapTide } from '../src/server/channels.ts'

const program = fileURLToPath(new URL('../dist/server/main.js', import.meta.url))
if (!existsSync(program)) throw new Error(`${program} is not built; run "npm run build" first`)

const data = mkdtempSync(join(tmpdir(), 'attack-map-'))
afterAll(() => rmSync(data, { recursive: true }))

const anyPorts = ['--port', '0', '--syslog-udp', '0', '--syslog-tcp', '0', '--data', data]

const attackLine =
  '<38>Dec 10 06:55:48 lab sshd[1]: Failed password for root from 8.8.8.8 port 5 ssh2'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function run(args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  return child
}

/** Runs the program to its end. */
async function finish(args: readonly string[]) {
  const child = run(args)
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const [code] = await once(child, 'close')
  // An unbuilt page is a warning of its own and not what these tests look at.
  const lines = errors.split('\n').filter((line) => line !== '' && !line.includes('not built'))
  return { code, lines }
}

/** Runs the program until it is ready. */
async function start(args: readonly string[]) {
  const child = run(args)
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (line.startsWith('listening on ')) break
  }
  const output = lines.join('\n')
  const portOf = (pattern: RegExp): number => Number(pattern.exec(output)?.[1])
  return {
    child,
    output,
    httpPort: portOf(/listening on http:\/\/127\.0\.0\.1:(\d+)/),
    udpPort: portOf(/UDP on 127\.0\.0\.1:(\d+)/),
  }
}

/** Connects a viewer; resolves when its subscriptions are in place. */
async function watch(httpPort: number) {
  const client = connect<AttackMapTide>(`ws://127.0.0.1:${httpPort}/ws`)
  const attacks = client.channel('attacks:public').events()
  const stats = client.channel('stats').events()
  await stats.next()
  return { client, attacks, stats }
}

function sendUdp(port: number, line: string): void {
  const socket = createSocket('udp4')
  socket.send(line, port, '127.0.0.1', () => socket.close())
}

describe('the program', () => {
  it('says where it listens and which geo file it uses, and ends on SIGTERM', async () => {
    const { child, output, httpPort } = await start(anyPorts)
    expect(output).toMatch(/^syslog over UDP on 127\.0\.0\.1:\d+$/m)
    expect(output).toMatch(/^syslog over TCP on 127\.0\.0\.1:\d+$/m)
    expect(output).toMatch(/^geo file .*\.mmdb$/m)
    expect(output).toContain(`data folder ${data}`)
    expect((await fetch(`http://127.0.0.1:${httpPort}/health`)).status).toBe(200)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('prints a one-time password on the first start, which lets in, and never again', async () => {
    const fresh = [...anyPorts, '--data', join(data, 'fresh')]
    const first = await start(fresh)
    const password = /^sign in at \/login as admin with the one-time password (\S+)$/m.exec(
      first.output,
    )?.[1]
    const origin = `http://127.0.0.1:${first.httpPort}`
    const response = await fetch(`${origin}/login`, {
      method: 'POST',
      headers: { Origin: origin, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'admin', password }),
    })
    expect(response.status).toBe(200)
    first.child.kill('SIGTERM')
    await once(first.child, 'exit')
    const second = await start(fresh)
    expect(second.output).not.toContain('sign in at')
  })

  it('prints the one-time password also when the start before that failed', async () => {
    const fresh = ['--data', join(data, 'failed-first')]
    expect((await finish([...anyPorts, '--host', '203.0.113.7', ...fresh])).code).toBe(1)
    const { output } = await start([...anyPorts, ...fresh])
    expect(output).toContain('one-time password')
  })

  it('ends on SIGINT while somebody watches', async () => {
    const { child, httpPort } = await start(anyPorts)
    const { client } = await watch(httpPort)
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([0, null])
    client.dispose()
  })

  it('takes a line over UDP to a viewer, redacted', async () => {
    const { httpPort, udpPort } = await start(anyPorts)
    const { client, attacks } = await watch(httpPort)
    sendUdp(udpPort, attackLine)
    const { value } = await attacks.next()
    expect(value?.payload).toMatchObject({
      from: { country: 'US', latitude: 40, longitude: -98 },
      to: null,
      class: 'brute-force',
      action: 'blocked',
      demo: false,
    })
    expect(JSON.stringify(value)).not.toContain('8.8.8.8')
    client.dispose()
  })

  it('shows generated traffic when nothing is configured, until a real line comes in', async () => {
    const { httpPort, udpPort } = await start([...anyPorts, '--demo'])
    const { client, attacks, stats } = await watch(httpPort)
    expect((await attacks.next()).value?.payload.demo).toBe(true)
    sendUdp(udpPort, attackLine)
    for await (const { payload } of attacks) if (!payload.demo) break
    for await (const { payload } of stats) if (payload.feed === 'live') break
    client.dispose()
  })

  it('lists its options', async () => {
    const { code, lines } = await finish(['--help'])
    expect({ code, lines }).toEqual({ code: 0, lines: [] })
  })
})

describe('the program ends with one line and exit code 1', () => {
  it.each([
    [['--port', 'x'], '--port x: not a port'],
    [['--colour'], "'--colour'"],
    [[...anyPorts, '--data', program], '--data '],
    [[...anyPorts, '--geo', '/nowhere.mmdb'], '--geo /nowhere.mmdb: there is no such file'],
    [[...anyPorts, '--geo', program], 'this is not a MaxMind-format .mmdb file'],
    [[...anyPorts, '--host', '203.0.113.7'], 'change --host'],
  ])('for %j', async (args, message) => {
    const { code, lines } = await finish(args)
    expect(lines).toEqual([expect.stringContaining(message)])
    expect(code).toBe(1)
  })

  it.each(['--port', '--syslog-tcp'])('when the port of %s is in use', async (option) => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const { code, lines } = await finish([...anyPorts, option, port])
    expect(lines).toEqual([expect.stringContaining(`${option} ${port}`)])
    expect(lines[0]).toContain('the port is in use')
    expect(code).toBe(1)
    server.close()
  })

  it('when the port of --syslog-udp is in use', async () => {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const port = String(socket.address().port)
    const { code, lines } = await finish([...anyPorts, '--syslog-udp', port])
    expect(lines).toEqual([expect.stringContaining(`--syslog-udp ${port}`)])
    expect(code).toBe(1)
    socket.close()
  })
})
