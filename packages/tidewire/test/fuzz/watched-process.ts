/**
 * Makes this process one that its parent watches: it tells of what nobody caught
 * and ends then, and it ends with its parent.
 *
 * @returns what tells of a failure in the same way.
 */
export function watchedProcess(): (cause: unknown) => void {
  const onUncaught = (cause: unknown): void => {
    const what = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
    process.send?.({ told: 'uncaught', what } satisfies Uncaught, () => process.exit(1))
  }
  process.on('uncaughtException', onUncaught)
  process.on('unhandledRejection', onUncaught)
  process.on('disconnect', () => process.exit(0))
  return onUncaught
}

/** What the parent is told. */
export interface Uncaught {
  readonly told: 'uncaught'
  readonly what: string
}
