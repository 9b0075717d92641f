/** By how much a straight line through points (least squares) rises from the first to the last. */
export function growthOf(points: readonly Point[]): number {
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined || points.length < 2) return 0
  const meanX = meanOf(points.map(({ x }) => x))
  const meanY = meanOf(points.map(({ y }) => y))
  const covariance = meanOf(points.map(({ x, y }) => (x - meanX) * (y - meanY)))
  const variance = meanOf(points.map(({ x }) => (x - meanX) ** 2))
  return variance === 0 ? 0 : (covariance / variance) * (last.x - first.x)
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** Zero for no values. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
