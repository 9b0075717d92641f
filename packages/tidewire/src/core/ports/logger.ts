/**
 * Where the engine says what an operator should know.
 *
 * Contract: never throws and never blocks. The engine passes no token,
 * password or cookie (P-014); an implementation need not look for them.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** What belongs to one line: names to plain values, and the `cause` of a failure. */
export type LogFields = Readonly<Record<string, unknown>>

/** Says nothing: the default of a library. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
}

function nothing(): void {
  // Silence is the whole behaviour.
}
