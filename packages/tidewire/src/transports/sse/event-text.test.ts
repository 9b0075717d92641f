import { describe, expect, it } from 'vitest'
import { SharedFrame } from '../../core/ports/shared-frame.ts'
import { eventText, eventWithId, eventWithoutId, idLine } from './event-text.ts'
import { StreamId } from './stream-id.ts'

const data = new TextEncoder().encode('{"type":"message","channel":"a","payload":"é"}')
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('a server-sent event', () => {
  it('has a name, an id and the frame on one line', () => {
    const frame = { type: 'error', code: 'INTERNAL', message: 'a\nb' } as const
    expect(eventText(frame, idLine('e:1'))).toBe(
      'event: error\nid: e:1\ndata: {"type":"error","code":"INTERNAL","message":"a\\nb"}\n\n',
    )
    expect(eventText(frame, idLine(''))).not.toContain('id:')
  })

  it('of a shared frame is made once, with the position of its reader', () => {
    const frame = new SharedFrame(data, { channel: 'a', position: { epoch: 'e', offset: 7 } })
    const event = frame.in(eventWithId)
    expect(textOf(event)).toBe(`id: e:7\ndata: ${textOf(data)}\n\n`)
    expect(frame.in(eventWithId)).toBe(event)
    expect(textOf(frame.in(eventWithoutId))).toBe(`data: ${textOf(data)}\n\n`)
  })

  it('has no id on a channel without history', () => {
    const frame = new SharedFrame(data, { channel: 'a', position: null })
    expect(textOf(frame.in(eventWithId))).toBe(`data: ${textOf(data)}\n\n`)
  })
})

describe('the id of a stream', () => {
  it('has the positions of its channels in their places, those it began with included', () => {
    const id = new StreamId(['a', 'b', 'c'], [{ epoch: 'e', offset: 1 }])
    expect(id.after('b', null)).toBe('e:1,,')
    expect(id.after('c', { epoch: 'f', offset: 2 })).toBe('e:1,,f:2')
    expect(id.after('a', { epoch: 'g', offset: 0 })).toBe('g:0,,f:2')
    expect(id.after('unknown', { epoch: 'x', offset: 9 })).toBe('g:0,,f:2')
  })

  it('is empty as long as nothing is known', () => {
    expect(new StreamId(['a', 'b'], []).after('a', null)).toBe('')
  })
})
