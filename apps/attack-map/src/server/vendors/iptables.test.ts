import { describe, expect, it } from 'vitest'
import { parseSyslog } from '../syslog/parse-syslog.ts'
import { iptables } from './iptables.ts'

const packet = 'IN=eth0 OUT= SRC=1.2.3.4 DST=10.0.0.1 LEN=40 PROTO=TCP SPT=55 DPT=22 SYN'

function read(text: string) {
  const result = parseSyslog(`Jan  8 03:37:09 host kernel: ${text}`, Date.now())
  if (!result.ok || !iptables.recognises(result.message)) return 'not recognised'
  const parsed = iptables.parse(result.message)
  return parsed.kind === 'record' ? parsed.record : parsed.kind
}

describe('iptables', () => {
  it.each([
    ['', ''],
    ['[wan-lan-default-D]', '[wan-lan-default-D]'],
    ['iptables DROP_INPUT: ', 'iptables DROP_INPUT:'],
    ['[UFW BLOCK] ', '[UFW BLOCK]'],
    ['[16571.459614] [UFW BLOCK] ', '[UFW BLOCK]'],
    ['[  307.757925] ', ''],
    ['SRC=9.9.9.9 IN=9 says: ', 'SRC=9.9.9.9 IN=9 says:'],
    ['IN=eth9 OUT ', 'IN=eth9 OUT'],
    ['with, commas, and: "quotes" ', 'with, commas, and: "quotes"'],
  ])('takes the prefix %j', (prefix, expected) => {
    expect(read(`${prefix}${packet}`)).toMatchObject({
      prefix: expected,
      inbound: 'eth0',
      source: '1.2.3.4',
      destination: '10.0.0.1',
      sourcePort: 55,
      destinationPort: 22,
      protocol: 'TCP',
    })
  })

  it('reads an empty OUT= and an empty IN=', () => {
    expect(read('IN= OUT=lo SRC=::1 DST=::1 PROTO=UDP SPT=1 DPT=2')).toMatchObject({
      inbound: '',
      outbound: 'lo',
    })
    expect(read(packet)).toMatchObject({ outbound: '' })
  })

  it('has no ports where the protocol has none', () => {
    const text = 'IN=eth0 OUT= SRC=fe80::1 DST=ff02::16 PROTO=ICMPv6 TYPE=143 CODE=0'
    expect(read(text)).toMatchObject({ sourcePort: null, destinationPort: null })
  })

  it('reads the outer packet of an ICMP error', () => {
    const text =
      'IN=eth0 OUT= SRC=1.1.1.1 DST=10.0.0.1 PROTO=ICMP TYPE=3 CODE=3 ' +
      '[SRC=10.0.0.1 DST=2.2.2.2 PROTO=UDP SPT=53 DPT=40000 ]'
    expect(read(text)).toMatchObject({
      source: '1.1.1.1',
      destination: '10.0.0.1',
      destinationPort: null,
    })
  })

  it.each([
    'IN=eth0 OUT= SRC= DST=10.0.0.1 PROTO=TCP',
    'IN=eth0 OUT= SRC=1.2.3.4 PROTO=TCP',
    'IN=eth0 OUT= SRC=1.2.3.999 DST=10.0.0.1',
    'OUT= SRC=1.2.3.4 DST=10.0.0.1',
    'eth0 OUT= SRC=1.2.3.4 DST=10.0.0.1',
  ])('makes no record of %s', (text) => {
    expect(typeof read(text)).toBe('string')
  })

  it.each(['SPT=', 'SPT=x', 'SPT=65536', 'SPT=-1', 'SPT=123456'])('has no port for %s', (field) => {
    expect(read(`IN=a OUT= SRC=1.2.3.4 DST=1.1.1.1 ${field}`)).toMatchObject({ sourcePort: null })
  })
})
