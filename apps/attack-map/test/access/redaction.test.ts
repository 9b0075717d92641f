/**
 * What anybody gets to read, frame by frame: nothing that names a machine or a
 * person. The same events reach an operator whole.
 */
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { serveMap } from './served-map.ts'

const lines = [
  '<38>Dec 10 06:55:48 lab-host sshd[1]: Failed password for root-user from 8.8.8.8 port 4711 ssh2',
  '<38>Dec 10 06:55:49 lab-host sshd[1]: Failed password for invalid user eve-user from 1.1.1.1 port 4712 ssh2',
  '<4>Dec 10 06:55:50 gate-host kernel: DROP IN=eth0 OUT= SRC=175.16.199.1 DST=10.20.30.40 LEN=40 PROTO=TCP SPT=4713 DPT=8443',
]
const secrets = /lab-host|gate-host|root-user|eve-user|471[123]|8443|\d+\.\d+\.\d+\.\d+/

function send(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
      .on('error', reject)
      .on('close', () => resolve())
    socket.resume()
    socket.end(lines.map((line) => `${line}\n`).join(''))
  })
}

const readable = {
  anonymous: ['ack', 'ack', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  operator: ['ack', 'ack', 'ack', 'ack', 'FORBIDDEN'],
  admin: ['ack', 'ack', 'ack', 'ack', 'ack'],
} as const
const channels = ['attacks:public', 'stats', 'attacks:operator', 'sources', 'admin']

describe('what is sent', () => {
  it('to anybody holds no address, no host, no user and no port', async () => {
    await using map = await serveMap()
    const socket = await map.connect()
    const answers = []
    for (const channel of channels) answers.push(await socket.subscribe(channel))
    expect(answers).toEqual(readable.anonymous)
    await send(map.syslogTcpPort)
    await socket.frameWith('"received":3')
    const told = socket.frames.join('\n')
    expect(told.split('"class":').length - 1).toBe(3)
    expect(told).toContain('"class":"brute-force"')
    expect(told).not.toMatch(secrets)
    socket.close()
  })

  it('to anybody from the history holds none either', async () => {
    await using map = await serveMap()
    await send(map.syslogTcpPort)
    const socket = await map.connect()
    expect(await socket.subscribe('attacks:public')).toBe('ack')
    await socket.frameWith('"class":"scan"')
    expect(socket.frames.join('\n')).not.toMatch(secrets)
    socket.close()
  })

  it('to an operator is the whole event, and nothing of the administration', async () => {
    await using map = await serveMap()
    const cookie = await map.addUser(await map.signInAsAdmin(), 'ada', 'operator')
    const socket = await map.connect({ cookie })
    const answers = []
    for (const channel of channels) answers.push(await socket.subscribe(channel))
    expect(answers).toEqual(readable.operator)
    await send(map.syslogTcpPort)
    const frame = await socket.frameWith('10.20.30.40')
    expect(frame).toContain('"address":"8.8.8.8"')
    expect(frame).toContain('"user":"root-user"')
    expect(frame).toContain('"device":"lab-host"')
    await socket.frameWith('"sender":"127.0.0.1"')
    socket.close()
  })

  it('to an administrator is everything, as it happens', async () => {
    await using map = await serveMap()
    const cookie = await map.signInAsAdmin()
    const socket = await map.connect({ cookie, path: '/ws/admin' })
    const answers = []
    for (const channel of channels) answers.push(await socket.subscribe(channel))
    expect(answers).toEqual(readable.admin)
    await map.ask('POST', '/login', { body: { name: 'ada', password: 'wrong' } })
    expect(await socket.frameWith('sign-in-refused')).toContain('"target":"ada"')
    socket.close()
  })

  it('to a user who still has the password of somebody else is what anybody gets', async () => {
    await using map = await serveMap()
    const cookie = await map.signIn('admin', map.oneTimePassword ?? '')
    const socket = await map.connect({ cookie })
    expect(await socket.subscribe('attacks:operator')).toBe('FORBIDDEN')
    expect(await socket.subscribe('attacks:public')).toBe('ack')
    socket.close()
  })
})
