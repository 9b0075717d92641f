import { describe, expect, it } from 'vitest'
import { homePointOf } from './home-point.ts'

describe('the home point', () => {
  it('is read from the address bar', () => {
    expect(homePointOf('?home=52.5,13.4')).toEqual({ latitude: 52.5, longitude: 13.4 })
    expect(homePointOf('?country=CN&home=-33,-70')).toEqual({ latitude: -33, longitude: -70 })
  })

  it.each([
    '',
    '?home=',
    '?home=52.5',
    '?home=91,0',
    '?home=0,181',
    '?home=a,b',
    '?home=1e1,2',
    '?home=NaN,NaN',
  ])('is not taken from %j', (search) => {
    expect(homePointOf(search)).toBeNull()
  })
})
