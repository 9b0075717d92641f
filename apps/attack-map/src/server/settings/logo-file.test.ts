import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { logoTypeOf, openLogo } from './logo-file.ts'

const png = Buffer.from('89504e470d0a1a0a0000000d', 'hex')
const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex')
const webp = Buffer.concat([Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1')])

it.each([
  ['PNG', png, 'image/png'],
  ['JPEG', jpeg, 'image/jpeg'],
  ['WebP', webp, 'image/webp'],
  ['nothing', Buffer.alloc(0), null],
  ['a PNG cut short', png.subarray(0, 7), null],
  ['another RIFF file', Buffer.from('RIFF\x10\0\0\0WAVEfmt ', 'latin1'), null],
  ['GIF', Buffer.from('GIF89a'), null],
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'), null],
  ['HTML', Buffer.from('<!doctype html>'), null],
  ['a PNG after something else', Buffer.concat([Buffer.from(' '), png]), null],
])('%s is seen by its content', (_what, content, type) => {
  expect(logoTypeOf(content)).toBe(type)
})

describe('the logo', () => {
  it('is there after a restart, one at a time', async () => {
    await using folder = await temporaryFolder()
    const logo = await openLogo(folder)
    expect(logo.current).toBeNull()
    await logo.replace({ type: 'image/png', content: png })
    await logo.replace({ type: 'image/jpeg', content: jpeg })
    expect(await folder.names()).toEqual(['logo.jpg'])
    expect((await openLogo(folder)).current).toEqual({ type: 'image/jpeg', content: jpeg })
    await logo.replace(null)
    expect((await openLogo(folder)).current).toBeNull()
    expect(await folder.names()).toEqual([])
  })

  it('is not what somebody else put in its place', async () => {
    await using folder = await temporaryFolder()
    await folder.write('logo.png', '<svg/>')
    expect((await openLogo(folder)).current).toBeNull()
  })
})
