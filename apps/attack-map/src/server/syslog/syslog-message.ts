/**
 * What the syslog parsers return: a message, or the reason why there is none.
 *
 * One shape for RFC 5424 and RFC 3164, so that nothing downstream asks which
 * of the two a device speaks. Absent fields are null, never empty strings.
 */

/** One syslog message, header apart from text. */
export interface SyslogMessage {
  /** 0–191, facility × 8 + severity; null when the line carries no `<PRI>`. */
  readonly priority: number | null
  /** RFC 5424 version, 1–999; null for RFC 3164. */
  readonly version: number | null
  /** The device's clock, in ms since the epoch; null when the line does not say. */
  readonly at: number | null
  readonly host: string | null
  readonly app: string | null
  readonly processId: string | null
  readonly messageId: string | null
  readonly structuredData: StructuredData | null
  /** The free text; empty when the line is all header. */
  readonly text: string
}

/** Element id → parameter name → value as written, escapes included. */
export type StructuredData = ReadonlyMap<string, ReadonlyMap<string, string>>

/** The part of a line that breaks the rules; few and fixed, so they can be counted. */
export type SyslogFault =
  | 'empty'
  | 'priority'
  | 'version'
  | 'header'
  | 'timestamp'
  | 'hostname'
  | 'app-name'
  | 'process-id'
  | 'message-id'
  | 'structured-data'

/** A message, or the first part of the line that cannot be read. */
export type SyslogResult =
  | { readonly ok: true; readonly message: SyslogMessage }
  | { readonly ok: false; readonly fault: SyslogFault }

/** The result for a line whose `fault` cannot be read. */
export function refused(fault: SyslogFault): SyslogResult {
  return { ok: false, fault }
}
