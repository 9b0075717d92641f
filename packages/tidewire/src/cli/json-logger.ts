import type { LogFields, Logger } from '../node/index.ts'

/** What is logged: this and what is worse. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/**
 * One JSON object a line: `time`, `level`, `message`, then the fields. What a
 * stranger sent cannot begin a new line, and what a field with the name of a
 * secret holds is left out, should one ever come this far.
 */
export function jsonLogger(writeLine: (line: string) => void, level: LogLevel): Logger {
  const writeAs = (name: Exclude<LogLevel, 'silent'>) => {
    if (levels.indexOf(name) < levels.indexOf(level)) return nothing
    return (message: string, fields: LogFields = {}): void =>
      writeLine(lineOf({ time: new Date().toISOString(), level: name, message }, fields))
  }
  return {
    debug: writeAs('debug'),
    info: writeAs('info'),
    warn: writeAs('warn'),
    error: writeAs('error'),
  }
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

function nothing(): void {
  // Below the level an operator asked for.
}

function lineOf(head: LogFields, fields: LogFields): string {
  // What every line begins with cannot be replaced by a field.
  const line = { ...head, ...fields, ...head }
  try {
    return withoutControls(JSON.stringify(line, plain))
  } catch {
    return withoutControls(JSON.stringify({ ...head, fields: 'cannot be written as JSON' }))
  }
}

function plain(name: string, value: unknown): unknown {
  if (secretNames.test(name)) return '(hidden)'
  if (typeof value === 'bigint') return String(value)
  return value instanceof Error ? errorFields(value) : value
}

const secretNames = /^(?:token|password|secret|authorization|cookie)$/i

/** What went wrong and where: the first line of the stack that is a place. */
function errorFields({ name, message, stack, cause }: Error): LogFields {
  const at = /^\s+at (.+)$/m.exec(stack ?? '')?.[1]
  return { name, message, at, cause }
}

// JSON escapes C0; a terminal listens to DEL and C1 as well.
function withoutControls(line: string): string {
  return line.replaceAll(/[\u007f-\u009f]/g, ' ')
}
