import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { geoContains } from 'd3-geo'
import { describe, expect, it } from 'vitest'
import type { PublicAttack } from '../../shared/public-attack.ts'
import { arcOutcomes } from './arc-layer.ts'
import { attackArc } from './attack-arc.ts'
import { Stage } from './stage.ts'
import { type WorldTopology, worldShape } from './world-shape.ts'

const atlas = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json')
const topology: WorldTopology = JSON.parse(readFileSync(atlas, 'utf8'))
const world = worldShape(topology)
const size = { width: 1500, height: 860 }
const stage = new Stage(size, world.land, null)

const germany = { country: 'DE', latitude: 51, longitude: 9 }
const brazil = { country: 'BR', latitude: -10, longitude: -52 }

const attack: PublicAttack = {
  at: 0,
  from: brazil,
  to: germany,
  class: 'scan',
  severity: 9,
  action: 'blocked',
  count: 1,
  demo: false,
}

const launch = { startMs: 0, chance: 0.5 }

describe('the world', () => {
  it.each([
    ['Singapore', 103.82, 1.36],
    ['Hong Kong', 114.15, 22.4],
  ])('has %s', (_name, longitude, latitude) => {
    expect(geoContains(world.land, [longitude, latitude])).toBe(true)
  })

  it('has no Antarctica', () => {
    expect(geoContains(world.land, [20, -80])).toBe(false)
  })
})

describe('Stage', () => {
  it.each([
    ['Berlin', 13, 52],
    ['Anchorage', -150, 61],
    ['Wellington', 175, -41],
    ['Ushuaia', -68, -55],
  ])('shows %s', (_name, longitude, latitude) => {
    const [x, y] = stage.locate({ country: 'XX', longitude, latitude })
    expect(x).toBeGreaterThan(0)
    expect(x).toBeLessThan(size.width)
    expect(y).toBeGreaterThan(0)
    expect(y).toBeLessThan(size.height)
  })

  it('puts an unnamed home below every place of the map', () => {
    const [, southernmost] = stage.locate({ country: 'CL', latitude: -56, longitude: -68 })
    expect(stage.home[0]).toBe(size.width / 2)
    expect(stage.home[1]).toBeGreaterThan(southernmost)
    expect(stage.home[1]).toBeLessThan(size.height)
  })

  it('puts a named home where it is', () => {
    const named = new Stage(size, world.land, germany)
    expect(named.home).toEqual(named.locate(germany))
  })
})

describe('an attack as an arc', () => {
  it('flies from attacker to victim', () => {
    const arc = attackArc(attack, stage, launch)
    expect([arc.fromX, arc.fromY]).toEqual(stage.locate(brazil))
    expect([arc.toX, arc.toY]).toEqual(stage.locate(germany))
  })

  it('comes in from the bottom edge when the attacker is not located', () => {
    for (const chance of [0, 0.5, 0.999]) {
      const arc = attackArc({ ...attack, from: null }, stage, { startMs: 0, chance })
      expect(arc.fromY).toBe(size.height)
      expect(arc.fromX).toBeGreaterThan(0)
      expect(arc.fromX).toBeLessThan(size.width)
    }
  })

  it('lands at home when the victim is not located', () => {
    const arc = attackArc({ ...attack, to: null }, stage, launch)
    expect([arc.toX, arc.toY]).toEqual(stage.home)
  })

  it('bends towards the top of the screen in both directions', () => {
    const eastward = attackArc(attack, stage, launch)
    const westward = attackArc({ ...attack, from: germany, to: brazil }, stage, launch)
    expect(eastward.bend).toBeGreaterThan(0)
    expect(westward.bend).toBeLessThan(0)
  })

  it('is straight and finite within one place', () => {
    const arc = attackArc({ ...attack, from: germany }, stage, launch)
    expect(arc.bend).toBe(0)
    expect(Object.values(arc).every(Number.isFinite)).toBe(true)
  })

  it('is wider the worse the attack is', () => {
    const harmless = attackArc({ ...attack, severity: 0 }, stage, launch)
    expect(attackArc(attack, stage, launch).width).toBeGreaterThan(harmless.width)
    expect(attackArc(attack, stage, launch).band).toBe(3)
    expect(harmless.band).toBe(0)
  })

  it.each([
    ['blocked', arcOutcomes.blocked],
    ['allowed', arcOutcomes.allowed],
    ['alerted', arcOutcomes.noticed],
    ['unknown', arcOutcomes.noticed],
  ] as const)('is drawn by what was done: %s', (action, outcome) => {
    expect(attackArc({ ...attack, action }, stage, launch).outcome).toBe(outcome)
  })
})
