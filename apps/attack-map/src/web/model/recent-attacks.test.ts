import { describe, expect, it } from 'vitest'
import type { PublicAttack } from '../../shared/public-attack.ts'
import { RecentAttacks } from './recent-attacks.ts'

const attackOf = (severity: number): PublicAttack => ({
  at: 0,
  from: null,
  to: null,
  class: 'scan',
  severity,
  action: 'blocked',
  count: 1,
  demo: false,
})

const every = () => true

describe('RecentAttacks', () => {
  it('is empty at first', () => {
    expect(new RecentAttacks(3).newest(10, every)).toEqual([])
  })

  it('gives the newest first', () => {
    const recent = new RecentAttacks(3)
    for (const severity of [1, 2]) recent.add(attackOf(severity), severity * 1000)
    expect(recent.newest(10, every).map((seen) => seen.attack.severity)).toEqual([2, 1])
    expect(recent.newest(1, every).map((seen) => seen.publishedAt)).toEqual([2000])
  })

  it('keeps its capacity and forgets the oldest', () => {
    const recent = new RecentAttacks(3)
    for (let severity = 0; severity < 8; severity += 1) recent.add(attackOf(severity), 0)
    expect(recent.newest(10, every).map((seen) => seen.sequence)).toEqual([7, 6, 5])
    expect(recent.added).toBe(8)
  })

  it('finds and counts only what passes the test', () => {
    const recent = new RecentAttacks(10)
    for (let severity = 0; severity < 8; severity += 1) recent.add(attackOf(severity), 0)
    const even = (attack: PublicAttack) => attack.severity % 2 === 0
    expect(recent.newest(2, even).map((seen) => seen.attack.severity)).toEqual([6, 4])
    expect(recent.count(even)).toBe(4)
  })
})
