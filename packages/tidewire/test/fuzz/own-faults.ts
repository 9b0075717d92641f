import type { Logger } from 'tidewire'

/**
 * A logger that tells of faults that are our own. What fails because the
 * application does, which here it does all the time, has other messages.
 */
export function ownFaults(onFault: (cause: unknown) => void): Logger {
  const ignore = () => undefined
  return {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error(message, fields = {}) {
      if (!ownMessages.has(message)) return
      const { cause } = fields
      const what = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
      onFault(new Error(`${message}: ${what}`))
    },
  }
}

const ownMessages: ReadonlySet<string> = new Set([
  'a request failed',
  'a connection failed',
  'a flush failed',
  'the broker failed for a channel',
])
