/**
 * One fact that every implementation of a port must make true.
 *
 * Belongs to no test runner: `run` resolves when the fact holds and rejects
 * with an `AssertionError` of `node:assert` when it does not. Cases share
 * nothing, so they may run in any order.
 *
 * @example
 * for (const { name, run } of brokerContract(makeBroker)) test(name, run)
 */
export interface ContractCase {
  /** The fact, in the present tense. */
  readonly name: string
  /** Makes what it needs, checks the fact, and lets go of everything. */
  run(): Promise<void>
}
