import { Place, type Problem, problemText } from '../../src/cli/config/place.ts'
import type { ServeConfig } from '../../src/cli/config/serve-config.ts'
import { serveConfigShape } from '../../src/cli/config/serve-config-shape.ts'
import { checkWhole } from '../../src/cli/config/whole-config.ts'

/** What a value is read as, and what is wrong with each of its parts. */
export function readShape(value: unknown): ShapeReading {
  const problems: Problem[] = []
  const config = serveConfigShape.read(value, new Place(problems))
  return { config, problems: problems.map(problemText) }
}

/** What is wrong with a part of a config; the rest of it is right. */
export function problemsWith(part: object): readonly string[] {
  return readShape({ channels: {}, ...part }).problems
}

/** What is wrong between the parts of a config, each of which is right. */
export function problemsBetween(config: ServeConfig): readonly string[] {
  const problems: Problem[] = []
  checkWhole(config, new Place(problems))
  return problems.map(problemText)
}

export interface ShapeReading {
  readonly config: ServeConfig | undefined
  readonly problems: readonly string[]
}

/** Long enough for HS256. */
export const jwtSecret = 'k8Vd0m3RqYwZ5uTn1sXc7bLe2pGa9hJf'

/** As long as the hash of a password is. */
export const passwordHash: string = `scrypt:${'s'.repeat(22)}:${'h'.repeat(43)}`
