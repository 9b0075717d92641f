import { describe, expect, it } from 'vitest'
import { classify } from '../classify.ts'
import type { SecurityEvent } from './security-event.ts'

const receivedAt = new Date(2026, 0, 2).getTime()

function read(text: string, demo = false): SecurityEvent | string {
  const result = classify(text, { receivedAt, demo })
  return result.kind === 'event' ? result.event : result.kind
}

const sshd = (text: string) => read(`Jan  1 10:00:00 bastion sshd[1]: ${text}`)
const iptables = (prefix: string, packet = '') =>
  read(
    `Jan  1 10:00:00 edge kernel: ${prefix}IN=eth0 OUT= SRC=1.2.3.4 DST=10.0.0.1 PROTO=TCP SPT=5 DPT=23 ${packet}`,
  )

interface PanosFields {
  readonly type?: string
  readonly subtype?: string
  readonly ends?: string
  readonly ports?: string
  readonly action?: string
  readonly application?: string
  readonly tail?: string
}

function panos(fields: PanosFields) {
  const {
    type = 'THREAT',
    subtype = 'vulnerability',
    ends = '1.2.3.4,10.0.0.1',
    ports = '40000,443',
    action = 'alert',
    application = 'ssl',
    tail = '"x",Some Exploit(1),any,high,client-to-server',
  } = fields
  return read(
    `Jan  1 10:00:00 fw 1,t,0160,${type},${subtype},1,2026/01/01 09:59:58,${ends},0.0.0.0,0.0.0.0,rule1,,,${application},vsys1,a,b,e1,e2,fwd,t,1,3,${ports},0,0,0x0,tcp,${action},${tail}`,
  )
}

describe('sshd', () => {
  it('makes the remote side the attacker of the host that logs', () => {
    expect(sshd('Failed password for root from 1.2.3.4 port 5 ssh2')).toEqual({
      at: new Date(2026, 0, 1, 10).getTime(),
      vendor: 'sshd',
      device: 'bastion',
      attacker: { address: '1.2.3.4', port: 5 },
      victim: { address: null, port: null },
      user: 'root',
      direction: 'inbound',
      action: 'blocked',
      class: 'brute-force',
      severity: 4,
      service: 'ssh',
      signature: 'SSH login failed',
      count: 1,
      demo: false,
    })
  })

  it.each([
    ['Accepted password for a from 1.2.3.4 port 5 ssh2', 'allowed', 'brute-force'],
    ['Invalid user a from 1.2.3.4', 'blocked', 'brute-force'],
    ['Did not receive identification string from 1.2.3.4', 'alerted', 'scan'],
  ])('judges %s', (text, action, attackClass) => {
    expect(sshd(text)).toMatchObject({ action, class: attackClass })
  })

  it.each([
    'Connection closed by 1.2.3.4 [preauth]',
    'pam_unix(sshd:auth): authentication failure; logname= uid=0 tty=ssh ruser= rhost=1.2.3.4',
    'pam_unix(sshd:session): session opened for user a by (uid=0)',
  ])('filters %s', (text) => {
    expect(sshd(text)).toBe('filtered')
  })

  it('has no address for a remote side that is named', () => {
    expect(sshd('Failed password for a from h.example port 5 ssh2')).toMatchObject({
      attacker: { address: null },
    })
  })
})

describe('iptables', () => {
  it.each([
    ['[UFW BLOCK] ', 'blocked'],
    ['iptables DROP_INPUT: ', 'blocked'],
    ['[wan-lan-default-D]', 'blocked'],
    ['rejected: REJECT ', 'blocked'],
    ['Denied: ', 'blocked'],
    ['[UFW ALLOW] ', 'allowed'],
    ['[lan-wan-10-A]', 'allowed'],
    ['ACCEPT ', 'allowed'],
    ['[UFW AUDIT] ', 'unknown'],
    ['', 'unknown'],
  ])('takes the prefix %j for %s', (prefix, action) => {
    expect(iptables(prefix)).toMatchObject({ action })
  })

  it('calls an unwanted packet from outside a scan, anything else policy', () => {
    expect(iptables('DROP ')).toMatchObject({ class: 'scan', service: 'telnet' })
    expect(iptables('ACCEPT ')).toMatchObject({ class: 'policy' })
    expect(
      read('Jan  1 10:00:00 e kernel: DROP IN=a OUT=b SRC=10.0.0.1 DST=1.2.3.4 PROTO=TCP DPT=9999'),
    ).toMatchObject({ class: 'policy', direction: 'outbound', service: 'tcp/9999' })
  })
})

describe('PAN-OS', () => {
  it.each([
    ['allow', 'allowed'],
    ['alert', 'alerted'],
    ['deny', 'blocked'],
    ['drop', 'blocked'],
    ['drop-all-packets', 'blocked'],
    ['reset-both', 'blocked'],
    ['reset-client', 'blocked'],
    ['block-url', 'blocked'],
    ['block-ip', 'blocked'],
    ['sinkhole', 'blocked'],
    ['wildfire-upload-skip', 'unknown'],
  ])('takes the action %s for %s', (action, expected) => {
    expect(panos({ action })).toMatchObject({ action: expected })
  })

  it.each([
    ['url', 'web'],
    ['virus', 'malware'],
    ['spyware', 'malware'],
    ['wildfire', 'malware'],
    ['vulnerability', 'intrusion'],
    ['scan', 'scan'],
    ['data', 'policy'],
    ['brand-new', 'other'],
  ])('takes the subtype %s for %s', (subtype, expected) => {
    expect(panos({ subtype })).toMatchObject({ class: expected })
  })

  it.each([
    ['informational', 2],
    ['low', 4],
    ['medium', 6],
    ['high', 8],
    ['critical', 10],
    ['', 5],
  ])('takes the severity %j for %i', (severity, expected) => {
    const tail = `"x",Some Exploit(1),any,${severity},client-to-server`
    expect(panos({ tail })).toMatchObject({ severity: expected })
  })

  it('tells brute force by the name of the threat', () => {
    const tail = '"",SSH Brute Force Attempt(40015),any,high,client-to-server'
    expect(panos({ tail })).toMatchObject({
      class: 'brute-force',
      count: 3,
      signature: 'SSH Brute Force Attempt(40015)',
    })
  })

  const fromServer = '"x",C2 Traffic(2),any,critical,server-to-client'

  it('makes the server the attacker of what it sends to its client', () => {
    expect(panos({ ends: '10.0.0.1,1.2.3.4', tail: fromServer })).toMatchObject({
      attacker: { address: '1.2.3.4', port: 443 },
      victim: { address: '10.0.0.1', port: 40_000 },
      direction: 'inbound',
    })
  })

  it('makes the server the attacker where old versions log it as the source', () => {
    expect(panos({ ports: '80,58849', tail: fromServer })).toMatchObject({
      attacker: { address: '1.2.3.4', port: 80 },
      victim: { address: '10.0.0.1', port: 58_849 },
    })
  })

  it('keeps the source of TRAFFIC as the attacker', () => {
    const line = panos({ type: 'TRAFFIC', subtype: 'deny', action: 'deny', tail: '1,2,3,4' })
    expect(line).toMatchObject({
      attacker: { address: '1.2.3.4' },
      class: 'scan',
      severity: 3,
      signature: 'rule1',
      count: 3,
      at: new Date(2026, 0, 1, 9, 59, 58).getTime(),
    })
  })

  it('names the service by its port where the application is not known', () => {
    expect(panos({ application: 'incomplete' })).toMatchObject({ service: 'https' })
    expect(panos({ application: 'web-browsing' })).toMatchObject({ service: 'web-browsing' })
  })
})

it('takes the time of receipt for a line without one', () => {
  expect(read('<4>kernel: DROP IN=a OUT= SRC=1.2.3.4 DST=1.1.1.1 PROTO=UDP')).toMatchObject({
    at: receivedAt,
  })
})

it('marks generated traffic', () => {
  expect(read('kernel: DROP IN=a OUT= SRC=1.2.3.4 DST=1.1.1.1 PROTO=UDP', true)).toMatchObject({
    demo: true,
  })
})
