/**
 * A failure as it may be logged (P-014): without the credential it was about.
 *
 * An application's code may put what it was given into an error (`no user for
 * token …`). The answer is a copy in which every occurrence is replaced, and of what
 * lies deeper than a few levels nothing is told.
 */
export function withoutSecrets(cause: unknown, secrets: readonly string[]): unknown {
  // What is shorter stands in every other word, and would be told by its absence.
  const known = secrets.filter((secret) => secret.length >= minLength)
  // The longest first: one may be part of another.
  known.sort((a, b) => b.length - a.length)
  const redact = (text: string) =>
    known.reduce((redacted, secret) => redacted.replaceAll(secret, '[redacted]'), text)
  try {
    return copyOf(cause, redact, maxDepth)
  } catch {
    // A property that throws when it is read.
    return 'a failure that cannot be shown'
  }
}

const minLength = 4
const maxDepth = 4

type Redact = (text: string) => string

function copyOf(value: unknown, redact: Redact, depth: number): unknown {
  if (typeof value === 'string') return redact(value)
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'function' || typeof value === 'symbol' ? undefined : value
  }
  if (depth === 0 || ArrayBuffer.isView(value)) return '[…]'
  if (Array.isArray(value)) return value.map((item) => copyOf(item, redact, depth - 1))
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => [
    redact(name),
    copyOf(field, redact, depth - 1),
  ])
  const copy = value instanceof Error ? copyOfError(value, redact, depth) : {}
  return Object.assign(copy, Object.fromEntries(fields))
}

function copyOfError({ cause, message, name, stack }: Error, redact: Redact, depth: number): Error {
  const copy = new Error(redact(message))
  copy.name = redact(name)
  copy.stack = redact(stack ?? `${name}: ${message}`)
  if (cause !== undefined) copy.cause = copyOf(cause, redact, depth - 1)
  return copy
}
