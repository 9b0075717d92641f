/**
 * What a vendor's parser has to offer, and what it may answer.
 *
 * A parser turns text into that vendor's own fields and judges nothing: who
 * attacks whom is decided in `normalise/`. It never throws.
 */
import type { SyslogMessage } from '../syslog/syslog-message.ts'

/** One vendor's reading of syslog messages; stateless. */
export interface VendorParser<TRecord> {
  /** Whether the message is this vendor's; cheap, and asked for every line. */
  recognises(message: SyslogMessage): boolean
  /** Reads a message that `recognises` accepted. */
  parse(message: SyslogMessage): VendorResult<TRecord>
}

/**
 * `record`: understood. `ignored`: understood, and no security event can come
 * of it. `unreadable`: recognised, but broken; the reason is one of few.
 */
export type VendorResult<TRecord> =
  | { readonly kind: 'record'; readonly record: TRecord }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** The one `ignored` answer: it carries nothing. */
export const ignored = { kind: 'ignored' } as const

/** The answer for a recognised line that cannot be read. */
export function unreadable(reason: string): VendorResult<never> {
  return { kind: 'unreadable', reason }
}
