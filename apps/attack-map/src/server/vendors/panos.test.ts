import { describe, expect, it } from 'vitest'
import { parseSyslog } from '../syslog/parse-syslog.ts'
import { panos } from './panos.ts'

const session = (type: string, subtype: string, fields: Partial<Record<string, string>> = {}) =>
  [
    `Oct 30 09:46:12 1,2012/10/30 09:46:12,0160,${type},${subtype},1,2012/04/10 04:39:56`,
    `1.2.3.4,5.6.7.8,0.0.0.0,0.0.0.0,${fields['rule'] ?? 'rule1'},user,,ssl,vsys1,trust,untrust`,
    `ethernet1/2,ethernet1/1,forwardAll,2012/04/10 04:39:58,25149,${fields['repeat'] ?? '1'}`,
    `${fields['ports'] ?? '1234,443'},0,0,0x208000,tcp,${fields['action'] ?? 'allow'}`,
  ].join(',')

const traffic = (fields = {}) => `${session('TRAFFIC', 'end', fields)},420,180,240,6,start,3,any,0`
const threat = (url = '"a.example/x"', fields = {}) =>
  `${session('THREAT', 'url', fields)},${url},(9999),malware,high,client-to-server,0,0x0`

function read(line: string) {
  const result = parseSyslog(line, Date.now())
  if (!result.ok || !panos.recognises(result.message)) return 'not recognised'
  const parsed = panos.parse(result.message)
  return parsed.kind === 'record' ? parsed.record : parsed.kind
}

describe('PAN-OS', () => {
  it('reads TRAFFIC without taking its bytes for a threat', () => {
    expect(read(traffic())).toEqual({
      vendor: 'panos',
      type: 'TRAFFIC',
      session: {
        subtype: 'end',
        at: new Date(2012, 3, 10, 4, 39, 56).getTime(),
        source: '1.2.3.4',
        destination: '5.6.7.8',
        sourcePort: 1234,
        destinationPort: 443,
        rule: 'rule1',
        sourceUser: 'user',
        destinationUser: '',
        application: 'ssl',
        protocol: 'tcp',
        action: 'allow',
        count: 1,
      },
    })
  })

  it.each(['"a.example/x"', '"a.example/x?a=1,2,3"', '"say ""hi"", please"', 'plain', '""', ''])(
    'reads what follows the URL %s',
    (url) => {
      expect(read(threat(url))).toMatchObject({
        type: 'THREAT',
        threat: '(9999)',
        category: 'malware',
        severity: 'high',
        direction: 'client-to-server',
      })
    },
  )

  it('reads past commas in a quoted rule name', () => {
    expect(read(traffic({ rule: '"a, b, c"' }))).toMatchObject({
      session: { rule: 'a, b, c', destinationPort: 443 },
    })
  })

  it.each([
    ['7', 7],
    ['0', 1],
    ['', 1],
    ['x', 1],
    ['99999999999', 1],
  ])('takes the repeat count %j for %i', (repeat, count) => {
    expect(read(traffic({ repeat }))).toMatchObject({ session: { count } })
  })

  it('has no ports where PAN-OS writes 0', () => {
    expect(read(traffic({ ports: '0,0' }))).toMatchObject({
      session: { sourcePort: null, destinationPort: null },
    })
  })

  it.each(['SYSTEM', 'CONFIG', 'GLOBALPROTECT'])('ignores %s logs', (type) => {
    expect(read(`<14>Oct 30 09:46:12 fw 1,2012/10/30 09:46:12,0160,${type},general,0`)).toBe(
      'ignored',
    )
  })

  it('does not recognise other text with commas', () => {
    expect(read('Oct 30 09:46:12 fw 1,2,3,HELLO,5,6')).toBe('not recognised')
  })

  it.each([
    ['cut off', traffic().slice(0, 120)],
    ['an open quote', threat('"a.example').replace('1.2.3.4', '"1.2.3.4')],
    ['no address', traffic().replace('1.2.3.4', 'somewhere')],
  ])('calls a line with %s unreadable', (_what, line) => {
    expect(read(line)).toBe('unreadable')
  })
})
