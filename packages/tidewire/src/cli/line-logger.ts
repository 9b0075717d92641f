import { inspect } from 'node:util'
import type { LogFields, Logger } from '../node/index.ts'

/**
 * Warnings and errors, one line each: the time, the level, what happened, and
 * its fields as `name=value`. What a stranger sent cannot begin a new line.
 */
export function lineLogger(writeLine: (line: string) => void): Logger {
  const writeAs =
    (level: string) =>
    (message: string, fields: LogFields = {}): void =>
      writeLine(oneLine(`${new Date().toISOString()} ${level} ${message}${fieldText(fields)}`))
  return { debug: nothing, info: nothing, warn: writeAs('warn'), error: writeAs('error') }
}

function nothing(): void {
  // An operator asked for what went wrong, not for what went well.
}

function fieldText(fields: LogFields): string {
  return Object.entries(fields)
    .map(([name, value]) => ` ${name}=${valueText(value)}`)
    .join('')
}

function valueText(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(errorText(value))
  if (typeof value === 'string') return /^[\w.:/-]+$/.test(value) ? value : JSON.stringify(value)
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, compact: true })
}

/** What went wrong and where: the first line of the stack that is a place. */
function errorText(error: Error): string {
  const where = /^\s+(at .+)$/m.exec(error.stack ?? '')?.[1]
  return [`${error.name}: ${error.message}`, where].filter(Boolean).join(' ')
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ')
}
