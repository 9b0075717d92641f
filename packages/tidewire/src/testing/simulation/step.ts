import type { World } from './world.ts'

/**
 * Something that can happen in a run.
 */
export interface Step {
  readonly name: string
  /** How often it is drawn, beside the others. */
  readonly weight: number
  readonly run: (world: World) => void | Promise<void>
}

/**
 * Draws one of several, each as often as its weight says.
 *
 * @throws RangeError when there is none.
 */
export function drawStep(steps: readonly Step[], { random }: World): Step {
  let left = random.next() * steps.reduce((sum, { weight }) => sum + weight, 0)
  for (const step of steps) {
    left -= step.weight
    if (left < 0) return step
  }
  return random.pick(steps)
}
