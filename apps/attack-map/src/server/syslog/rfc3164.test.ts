import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRfc3164 } from './rfc3164.ts'

const now = new Date(2026, 0, 2, 12).getTime()

function read(line: string, at = now) {
  const result = parseRfc3164(line, at)
  if (!result.ok) throw new Error(result.fault)
  return result.message
}

describe('RFC 3164', () => {
  it.each([
    ['Dec 31 23:59:59', new Date(2025, 11, 31, 23, 59, 59)],
    ['Jan  2 12:00:00', new Date(2026, 0, 2, 12)],
    ['Jun 30 00:00:00', new Date(2026, 5, 30)],
    ['Jul 30 00:00:00', new Date(2025, 6, 30)],
    ['Jan 03 00:00:00', new Date(2026, 0, 3)],
    ['Oct 30 2012 09:46:12', new Date(2012, 9, 30, 9, 46, 12)],
  ])('takes %s for the nearest such time', (timestamp, at) => {
    expect(read(`${timestamp} host app: text`)).toMatchObject({ at: at.getTime(), host: 'host' })
  })

  it('puts early January, seen in December, into the next year', () => {
    const december = new Date(2025, 11, 31, 23, 59).getTime()
    expect(read('Jan  1 00:00:01 h a: t', december).at).toBe(
      new Date(2026, 0, 1, 0, 0, 1).getTime(),
    )
  })

  it('puts 29 February into the nearest year that has one', () => {
    const early2025 = new Date(2025, 1, 1).getTime()
    expect(read('Feb 29 00:00:00 h a: t', early2025).at).toBe(new Date(2024, 1, 29).getTime())
  })

  it('takes 29 February for text where no year near has one', () => {
    const early2026 = new Date(2026, 1, 1).getTime()
    expect(read('Feb 29 00:00:00 h a: t', early2026)).toMatchObject({ at: null, host: null })
  })

  it('reads an ISO timestamp in its place', () => {
    expect(read('<13>2024-06-01T12:00:00.250+02:00 web-1 nginx[7]: hello')).toMatchObject({
      at: Date.UTC(2024, 5, 1, 10, 0, 0, 250),
      host: 'web-1',
      app: 'nginx',
      processId: '7',
      text: 'hello',
    })
  })

  it.each([
    ['Oct 30 09:46:12 1,2012/10/30 09:46:12,x', null, null, '1,2012/10/30 09:46:12,x'],
    ['<14>1,2012/10/30 09:46:12,x', null, null, '1,2012/10/30 09:46:12,x'],
    ['Oct 11 22:14:15 su: no host', null, 'su', 'no host'],
    ['Oct 11 22:14:15 fe80::1 sshd[1]: text', 'fe80::1', 'sshd', 'text'],
    ['<13>sshd[12]: neither time nor host', null, 'sshd', 'neither time nor host'],
    ['Oct 11 22:14:15 host [a-D]IN=eth0 OUT=', 'host', null, '[a-D]IN=eth0 OUT='],
    ['just some words', null, null, 'just some words'],
  ])('tells host, tag and text apart in %s', (line, host, app, text) => {
    expect(read(line)).toMatchObject({ host, app, text })
  })

  it('keeps the whole text of a line without a priority', () => {
    expect(read('Dec 10 06:55:46 LabSZ sshd[24200]: hi')).toMatchObject({
      priority: null,
      text: 'hi',
    })
  })

  it.each(['<192>x', '<>x', '<1', '<007>x', '<-1>x', '<1a>x'])(
    'refuses the priority of %s',
    (line) => {
      expect(parseRfc3164(line, now)).toEqual({ ok: false, fault: 'priority' })
    },
  )

  it('refuses an empty line', () => {
    expect(parseRfc3164('', now)).toEqual({ ok: false, fault: 'empty' })
  })

  it('loses no character of any other text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const result = parseRfc3164(text, now)
        if (result.ok) expect(text.endsWith(result.message.text)).toBe(true)
        else expect(text.startsWith('<')).toBe(true)
      }),
    )
  })
})
