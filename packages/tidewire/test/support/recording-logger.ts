import { inspect } from 'node:util'
import type { LogFields, Logger } from '../../src/core/ports/logger.ts'

/** A logger and everything that was said to it, causes and their stacks included. */
export function recordingLogger(): Recording {
  const lines: string[] = []
  const entries: LoggedEntry[] = []
  const record =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      entries.push({ message, fields })
      lines.push(`${level} ${message} ${inspect(fields, { depth: 10 })}`)
    }
  const logger = {
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
  }
  return { logger, lines, entries }
}

/** What was said, as text and as it was. */
interface Recording {
  readonly logger: Logger
  readonly lines: string[]
  readonly entries: readonly LoggedEntry[]
}

interface LoggedEntry {
  readonly message: string
  readonly fields: LogFields
}
