import { expect, it } from 'vitest'
import { Inbox } from './inbox.ts'

const source = { kind: 'udp', sender: 'a' } as const

it('keeps the newest ten of each reason, whatever the others do', () => {
  const inbox = new Inbox()
  inbox.keep({ source, text: 'rare', at: 0 }, 'rare')
  for (let at = 1; at <= 1000; at++) inbox.keep({ source, text: `line ${at}`, at }, 'often')
  const samples = inbox.samples()
  expect(samples).toHaveLength(11)
  expect(samples[0]).toEqual({ at: 1000, source, reason: 'often', text: 'line 1000' })
  expect(samples.at(-1)).toMatchObject({ text: 'rare' })
})

it('cuts a sample to 1,024 characters', () => {
  const inbox = new Inbox()
  inbox.keep({ source, text: 'x'.repeat(8000), at: 0 }, 'long')
  expect(inbox.samples()[0]?.text).toHaveLength(1024)
})

it('keeps at most 64 reasons', () => {
  const inbox = new Inbox()
  for (let reason = 0; reason < 1000; reason++) {
    inbox.keep({ source, text: 'x', at: reason }, `reason ${reason}`)
  }
  expect(inbox.samples()).toHaveLength(64)
})
