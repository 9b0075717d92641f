import { inspect } from 'node:util'
import type { Logger } from '../../src/core/ports/logger.ts'

/** A logger and everything that was said to it, causes and their stacks included. */
export function recordingLogger(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = []
  const record = (level: string) => (message: string, fields?: object) => {
    lines.push(`${level} ${message} ${inspect(fields, { depth: 10 })}`)
  }
  const logger = {
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
  }
  return { logger, lines }
}
