import { expect, it } from 'vitest'
import { classify } from './classify.ts'

const receipt = { receivedAt: new Date(2026, 0, 2).getTime(), demo: false }
const inner = 'Jan  1 10:00:00 lab sshd[1]: Failed password for a from 1.2.3.4 port 5 ssh2'

it.each([
  `<13>Jan  2 00:00:00 relay root: ${inner}`,
  `<13>1 2026-01-02T00:00:00Z relay root - - [timeQuality tzKnown="1"] ${inner}`,
])('reads the line that a relay sent on whole: %s', (line) => {
  expect(classify(line, receipt)).toMatchObject({
    kind: 'event',
    event: { device: 'lab', at: new Date(2026, 0, 1, 10).getTime() },
  })
})

it('does not look for lines within lines of lines', () => {
  const line = `Jan  2 00:00:00 a root: Jan  2 00:00:00 b root: ${inner}`
  expect(classify(line, receipt)).toEqual({ kind: 'unparsed', reason: 'no parser knows it' })
})

it.each([
  ['', 'syslog: empty'],
  ['<999>x', 'syslog: priority'],
  ['<34>1 nonsense', 'syslog: timestamp'],
  ['hello', 'no parser knows it'],
  ['<13>Jan  2 00:00:00 host app: hello', 'no parser knows it'],
  ['<13>Jan  2 00:00:00 host sshd[1]: Failed password', 'sshd: no address'],
])('says why nobody can read %j', (line, reason) => {
  expect(classify(line, receipt)).toEqual({ kind: 'unparsed', reason })
})
