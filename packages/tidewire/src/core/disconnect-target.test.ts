import { describe, expect, it } from 'vitest'
import { type DisconnectTarget, meantBy } from './disconnect-target.ts'

const anonymous = { connectionId: 'c1', identity: null }
const ada = { connectionId: 'c2', identity: { userId: 'ada', sessionId: 's1' } }
const bob = { connectionId: 'c3', identity: { userId: 'bob' } }

describe('whose connections are to end', () => {
  it.each<[DisconnectTarget, readonly string[]]>([
    [{ userId: 'ada' }, ['c2']],
    [{ connectionId: 'c1', remoteAddress: '::1' } as DisconnectTarget, ['c1']],
    [{ sessionId: 's1' }, ['c2']],
    [{ connectionId: 'c1' }, ['c1']],
    [{ userId: 'c1' }, []],
  ])('%o means %o', (target, ids) => {
    const meant = [anonymous, ada, bob].filter(meantBy(target))
    expect(meant.map(({ connectionId }) => connectionId)).toEqual(ids)
  })

  it.each([
    [{}],
    [{ userId: undefined }],
    [{ sessionId: undefined }],
    [{ userId: '' }],
    [{ userId: null }],
    [{ userId: 7 }],
    [{ user: 'ada' }],
    [{ userId: 'ada', sessionId: undefined }],
    [{ toString: 'x' }],
  ])('%o is a mistake, and means nobody', (target) => {
    // What a program without types may hand over.
    expect(() => meantBy(target as DisconnectTarget)).toThrow(/^disconnect: name one of userId/)
  })
})
