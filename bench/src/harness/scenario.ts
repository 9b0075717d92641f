import type { Row } from './table.ts'

/** One question the bench asks, in a file of its own. */
export interface Scenario {
  /** What `--only` takes. */
  readonly name: string
  /** What is measured, in a line. */
  readonly title: string
  /** It says nothing in a short time, so the short set leaves it out. Default false. */
  readonly isFullOnly?: boolean
  readonly run: (effort: Effort) => Promise<ScenarioResult>
}

/** How much time to spend: `short` is for a look, `full` for figures to keep. */
export type Effort = 'short' | 'full'

/** What came out. */
export interface ScenarioResult {
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
  readonly goals: readonly GoalResult[]
  /** What a reader must know to read the table. */
  readonly notes?: readonly string[]
  /** Every single measurement, for the JSON. */
  readonly raw: unknown
}

/** A goal beside what was reached. A bench never fails on one: machines differ. */
export interface GoalResult {
  readonly goal: string
  /** What was reached, as a person reads it. */
  readonly reached: string
  readonly isMet: boolean
}

/** A goal that one figure is at most, or at least, so many times another. */
export function ratioGoal(goal: string, { figure, other, atMost, atLeast }: RatioGoal): GoalResult {
  const ratio = figure / other
  const isMet = ratio <= (atMost ?? Number.POSITIVE_INFINITY) && ratio >= (atLeast ?? 0)
  const text = ratio < 0.1 ? `1/${(1 / ratio).toFixed(1)}` : `${ratio.toFixed(2)} ×`
  return { goal, reached: Number.isFinite(ratio) ? text : 'not measured', isMet }
}

/** The two figures, and where their ratio should be. */
export interface RatioGoal {
  readonly figure: number
  readonly other: number
  readonly atMost?: number
  readonly atLeast?: number
}
