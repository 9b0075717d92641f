import { describe, expect, it } from 'vitest'
import { rgbOf, severityBand, severityBands } from './severity.ts'

type Vector = readonly [number, number, number]
type Matrix = readonly [Vector, Vector, Vector]

// Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB.
const eyes: Readonly<Record<string, Matrix>> = {
  trichromat: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

const toXyz: Matrix = [
  [0.4124, 0.3576, 0.1805],
  [0.2126, 0.7152, 0.0722],
  [0.0193, 0.1192, 0.9505],
]

function times(matrix: Matrix, vector: Vector): Vector {
  const dot = (row: Vector) => row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2]
  return [dot(matrix[0]), dot(matrix[1]), dot(matrix[2])]
}

const linear = (channel: number) =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4

function labSeenBy(eye: Matrix, colour: string): Vector {
  const [red, green, blue] = rgbOf(colour)
  const seen = times(eye, [linear(red), linear(green), linear(blue)])
  const [x, y, z] = times(toXyz, seen)
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)
  const [fx, fy, fz] = [f(x / 0.9505), f(y), f(z / 1.089)]
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)]
}

describe('severity bands', () => {
  it.each([
    [-1, 'low'],
    [0, 'low'],
    [3.9, 'low'],
    [4, 'medium'],
    [6, 'medium'],
    [7, 'high'],
    [8, 'high'],
    [9, 'critical'],
    [10, 'critical'],
    [99, 'critical'],
  ])('puts %d into %s', (severity, name) => {
    expect(severityBand(severity).name).toBe(name)
  })

  it.each(Object.entries(eyes))('keeps the colours apart for a %s eye', (_name, eye) => {
    const seen = severityBands.map((band) => labSeenBy(eye, band.colour))
    for (const [index, one] of seen.entries()) {
      for (const other of seen.slice(index + 1)) {
        expect(Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])).toBeGreaterThan(
          25,
        )
      }
    }
  })
})
