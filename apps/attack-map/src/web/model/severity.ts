/**
 * The four bands a severity of 0 to 10 falls into, and the colour of each.
 *
 * The one source of these colours: style sheets and shaders take them from here.
 * The bands stay apart for protan, deutan and tritan eyes (tested), and lists
 * show the number beside the colour.
 */

/** One band of the severity scale. */
export interface SeverityBand {
  readonly name: 'low' | 'medium' | 'high' | 'critical'
  readonly label: string
  /** The lowest severity of the band; it reaches up to the next band. */
  readonly from: number
  /** `#rrggbb`, made for a dark ground. */
  readonly colour: string
}

/** From harmless to worst. The index of a band is what the arc shader is given. */
export const severityBands = [
  { name: 'low', label: 'Low', from: 0, colour: '#5590e0' },
  { name: 'medium', label: 'Medium', from: 4, colour: '#97e4da' },
  { name: 'high', label: 'High', from: 7, colour: '#ffc83d' },
  { name: 'critical', label: 'Critical', from: 9, colour: '#f4502a' },
] as const satisfies readonly SeverityBand[]

/** The index in `severityBands` of a severity; below 0 counts as low, above 10 as critical. */
export function severityBandIndex(severity: number): number {
  const above = severityBands.findIndex((band) => band.from > severity)
  if (above === -1) return severityBands.length - 1
  return Math.max(0, above - 1)
}

/** The band of a severity; below 0 counts as low, above 10 as critical. */
export function severityBand(severity: number): SeverityBand {
  return severityBands[severityBandIndex(severity)] ?? severityBands[0]
}

/** The red, green and blue of `#rrggbb`, each 0 to 1. */
export function rgbOf(colour: string): readonly [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16)
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]
}
