import { expect, it } from 'vitest'
import { parseSyslog } from './parse-syslog.ts'

const now = new Date(2026, 0, 2).getTime()

it('takes a version behind the priority for RFC 5424', () => {
  const result = parseSyslog('<34>1 - host app - - - text', now)
  expect(result).toMatchObject({ ok: true, message: { version: 1, host: 'host', text: 'text' } })
})

it('does not fall back when RFC 5424 is broken', () => {
  expect(parseSyslog('<34>1 yesterday host app - - - text', now)).toEqual({
    ok: false,
    fault: 'timestamp',
  })
})

it.each(['<34>Oct 11 22:14:15 mymachine su: text', 'Oct 11 22:14:15 mymachine su: text'])(
  'takes %s for RFC 3164',
  (line) => {
    expect(parseSyslog(line, now)).toMatchObject({ message: { version: null, host: 'mymachine' } })
  },
)
