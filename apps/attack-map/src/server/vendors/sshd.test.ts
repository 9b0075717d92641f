import { describe, expect, it } from 'vitest'
import type { SyslogMessage } from '../syslog/syslog-message.ts'
import { sshd } from './sshd.ts'

function message(text: string, app = 'sshd'): SyslogMessage {
  return {
    priority: null,
    version: null,
    at: null,
    host: 'lab',
    app,
    processId: '1',
    messageId: null,
    structuredData: null,
    text,
  }
}

function read(text: string) {
  const result = sshd.parse(message(text))
  return result.kind === 'record' ? result.record : result.kind
}

describe('sshd', () => {
  it.each(['sshd', 'sshd-session', 'sshd-auth'])('recognises the tag %s', (app) => {
    expect(sshd.recognises(message('', app))).toBe(true)
  })

  it.each(['sudo', 'sshd2', 'kernel'])('leaves the tag %s to others', (app) => {
    expect(sshd.recognises(message('Failed password', app))).toBe(false)
  })

  it.each([
    ['Failed password for root from 5.6.7.8 port 33 ssh2', 'failed', '5.6.7.8', 33],
    ['Failed publickey for root from ::1 port 33 ssh2: RSA SHA256:x', 'failed', '::1', 33],
    ['Invalid user  from 5.6.7.8', 'invalid-user', '5.6.7.8', null],
    ['Invalid user x from 5.6.7.8 port 4', 'invalid-user', '5.6.7.8', 4],
    ['Accepted publickey for a from fe80::1%eth0 port 4 ssh2', 'accepted', 'fe80::1%eth0', 4],
    ['User a from 5.6.7.8 not allowed because not listed', 'not-allowed', '5.6.7.8', null],
    [
      'error: maximum authentication attempts exceeded for root from 5.6.7.8 port 4 ssh2 [preauth]',
      'too-many-attempts',
      '5.6.7.8',
      4,
    ],
    ['Unable to negotiate with 5.6.7.8 port 4: no matching cipher', 'no-handshake', '5.6.7.8', 4],
    [
      'banner exchange: Connection from 5.6.7.8 port 4: invalid format',
      'no-handshake',
      '5.6.7.8',
      4,
    ],
    [
      "Bad protocol version identification 'GET /' from 5.6.7.8 port 4",
      'no-handshake',
      '5.6.7.8',
      4,
    ],
    [
      'Address 5.6.7.8 maps to a.example, but this does not map back',
      'name-mismatch',
      '5.6.7.8',
      null,
    ],
    [
      'Disconnected from invalid user 1.1.1.1 5.6.7.8 port 4 [preauth]',
      'disconnected',
      '5.6.7.8',
      4,
    ],
    ['Received disconnect from 5.6.7.8 port 4:11: Bye Bye [preauth]', 'disconnected', '5.6.7.8', 4],
    ['Failed password for root from host.example port 4 ssh2', 'failed', 'host.example', 4],
  ])('reads %s', (text, outcome, remote, remotePort) => {
    expect(read(text)).toMatchObject({ outcome, remote, remotePort, count: 1 })
  })

  it.each([
    'Failed password for invalid user a from 1.2.3.4 from 5.6.7.8 port 33 ssh2',
    'Failed password for invalid user a from 1.2.3.4 port 22 ssh2 from 5.6.7.8 port 33 ssh2',
    'Invalid user from 1.2.3.4 from 5.6.7.8 port 33',
    'Invalid user a from 1.2.3.4 port 22 from 5.6.7.8',
    'User a from 1.2.3.4 not allowed from 5.6.7.8 not allowed because not listed',
    'Connection closed by invalid user from 1.2.3.4 5.6.7.8 port 33 [preauth]',
  ])('is not taken in by the user name in %s', (text) => {
    expect(read(text)).toMatchObject({ remote: '5.6.7.8' })
  })

  it('finds no address in a message that was cut off within the user name', () => {
    expect(read('Failed password for invalid user a from 1.2.3.4 port 22 ssh2 aaaa')).toBe(
      'unreadable',
    )
  })

  it('counts a repeated message', () => {
    const text = 'message repeated 5 times: [ Failed password for root from 5.6.7.8 port 4 ssh2]'
    expect(read(text)).toMatchObject({ outcome: 'failed', remote: '5.6.7.8', count: 5 })
  })

  it.each([
    'message repeated many times: [ Failed password for root from 5.6.7.8 port 4 ssh2]',
    'message repeated -5 times: [ Failed password for root from 5.6.7.8 port 4 ssh2]',
    'message repeated 5 times: [ Failed password for root from 5.6.7.8',
    'Failed password for root',
    'something new',
    '',
  ])('calls %j unreadable', (text) => {
    expect(read(text)).toBe('unreadable')
  })

  it.each([
    'pam_unix(sshd:session): session opened for user a by (uid=0)',
    'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=',
    'Server listening on 0.0.0.0 port 22.',
    'fatal: Write failed: Connection reset by peer [preauth]',
  ])('ignores %s', (text) => {
    expect(read(text)).toBe('ignored')
  })
})
