import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameSplitter } from './frame-splitter.ts'

const maxBytes = 64

/** What a splitter makes of chunks: the frames as text, `null` for a dropped one. */
function split(chunks: readonly (string | Buffer)[]): readonly (string | null)[] {
  const frames: (string | null)[] = []
  const splitter = new FrameSplitter(
    {
      onFrame: (bytes) => frames.push(bytes.toString('latin1')),
      onDropped: () => frames.push(null),
    },
    maxBytes,
  )
  for (const chunk of chunks) splitter.push(Buffer.from(chunk))
  splitter.end()
  return frames
}

/** The stream cut in two at every place, and byte by byte. */
function everyCut(stream: string): readonly (readonly string[])[] {
  const inTwo = [...stream].map((_, index) => [stream.slice(0, index), stream.slice(index)])
  return [...inTwo, [...stream]]
}

function counted(frame: string): string {
  return `${frame.length} ${frame}`
}

describe('FrameSplitter', () => {
  it.each([
    ['LF', '<1>one\n<2>two\n', ['<1>one', '<2>two']],
    ['NUL', '<1>one\0<2>two\0', ['<1>one', '<2>two']],
    ['CRLF', '<1>one\r\n<2>two\r\n', ['<1>one\r', '<2>two\r']],
    ['LF, the last line open', '<1>one\n<2>two', ['<1>one', '<2>two']],
    ['LF, blank lines between', '\n\n<1>one\n\n\r\n<2>two\n', ['<1>one', '<2>two']],
    ['counts', '6 <1>one6 <2>two', ['<1>one', '<2>two']],
    ['counts over LF', '10 <1>one\nmore6 <2>two', ['<1>one\nmor', 'e6 <2>two']],
    ['counts, an LF after each', '6 <1>one\n6 <2>two\n', ['<1>one', '<2>two']],
    ['counts, then LF', '6 <1>one<2>two\n', ['<1>one', '<2>two']],
    ['a number that is text', '59 problems\n5,a,b\n7\n', ['59 problems', '5,a,b', '7']],
    ['a number with a leading zero', '06 <1>one\n', ['06 <1>one']],
    ['a number too long for a count', '12345678 <1>x\n', ['12345678 <1>x']],
    ['NUL within lines that LF ends', 'a\nb\0c\n', ['a', 'b\0c']],
  ])('finds the frames of a stream with %s, cut anywhere', (_what, stream, expected) => {
    for (const chunks of everyCut(stream)) expect(split(chunks)).toEqual(expected)
  })

  it.each([
    ['a line of the limit', `${'x'.repeat(maxBytes)}\nok\n`, ['x'.repeat(maxBytes), 'ok']],
    ['a longer line', `${'x'.repeat(maxBytes + 1)}\nok\n`, [null, 'ok']],
    ['a much longer line', `${'x'.repeat(maxBytes * 9)}\nok\n`, [null, 'ok']],
    [
      'a longer counted frame',
      `${counted(`<1>${'x'.repeat(maxBytes)}`)}6 <2>two`,
      [null, '<2>two'],
    ],
    ['an enormous count', '9999999 <1>never', [null]],
    ['a long line that never ends', 'x'.repeat(maxBytes * 3), [null]],
  ])('drops what is too long and goes on: %s, cut anywhere', (_what, stream, expected) => {
    for (const chunks of everyCut(stream)) expect(split(chunks)).toEqual(expected)
  })

  it('drops a counted frame that the end cuts short', () => {
    expect(split(['9 <1>one'])).toEqual([null])
  })

  it('gives back any frames with any cuts, counted or not', () => {
    const frame = fc.stringMatching(/^<\d>[ -~]{0,40}$/)
    const cut = fc.array(fc.nat({ max: 20 }), { maxLength: 50 })
    fc.assert(
      fc.property(fc.array(fc.tuple(frame, fc.boolean())), cut, (frames, cuts) => {
        const stream = frames.map(([text, isCounted]) => (isCounted ? counted(text) : `${text}\n`))
        const chunks = cutInto(stream.join(''), cuts)
        expect(split(chunks)).toEqual(frames.map(([text]) => text))
      }),
    )
  })

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => {
        for (const frame of split(chunks.map((chunk) => Buffer.from(chunk)))) {
          expect(frame?.length ?? 0).toBeLessThanOrEqual(maxBytes)
        }
      }),
    )
  })
})

function cutInto(stream: string, lengths: readonly number[]): readonly string[] {
  const chunks: string[] = []
  let rest = stream
  for (const length of lengths) {
    chunks.push(rest.slice(0, length))
    rest = rest.slice(length)
  }
  return [...chunks, rest]
}
