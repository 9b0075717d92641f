import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detailsOf, eventOf, eventOfMessage } from './event-text.ts'

const text = fc.string({ unit: 'binary' })
const event = fc.record(
  {
    payloadJson: fc.json({ noUnicodeString: false }).map((json) => ` \n${json}\n`),
    from: text,
    exceptLinkId: text,
    trace: text,
  },
  { requiredKeys: ['payloadJson'] },
)

describe('an event as text', () => {
  it('is the event again, whatever is in it', () => {
    const places = fc.record({ offset: fc.maxSafeNat(), time: fc.maxSafeNat() })
    fc.assert(
      fc.property(event, places, (published, { offset, time }) => {
        const written = `${offset} ${time} 7\n${detailsOf(published)}\n${published.payloadJson}`
        const position = { epoch: 'a-1', offset }
        const read = eventOf(written, 'a-1')
        expect(read).toEqual({ ...published, position, time })
        expect(eventOfMessage(`a-1 ${written}`)).toEqual(read)
        expect(eventOfMessage(`- ${written}`)).toEqual({ ...read, position: null })
      }),
    )
  })

  it('says nothing where there is nothing to say', () => {
    expect(detailsOf({ payloadJson: '1' })).toBe('')
  })
})
