/** Asks the HTTP API of this server. What it refuses is an `ApiFault` with a sentence to show. */

/** A refusal of the server, or no answer at all. */
class ApiFault extends Error {
  override readonly name = 'ApiFault'
  /** For programs: `SIGN_IN_REFUSED`; `NO_ANSWER` when there was none. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** What goes with a request. */
export interface AskOptions {
  /** Sent as JSON; a Blob as it is. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks, and answers what came back; null for an answer without a body. */
export async function ask(
  method: string,
  path: string,
  options: AskOptions = {},
): Promise<unknown> {
  const response = await fetch(path, requestOf(method, options)).catch(() => {
    throw new ApiFault('NO_ANSWER', 'the server does not answer; try again')
  })
  const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null)
  if (response.ok) return answer
  throw faultOf(answer)
}

function requestOf(method: string, { body, headers = {} }: AskOptions): RequestInit {
  if (body === undefined) return { method, headers }
  if (body instanceof Blob) return { method, headers, body }
  return {
    method,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }
}

function faultOf(answer: unknown): ApiFault {
  // What this server refuses has this shape; a proxy's own answer has not.
  const { error } = (answer ?? {}) as { error?: { code?: string; message?: string } }
  return new ApiFault(error?.code ?? 'FAILED', error?.message ?? 'that did not work; try again')
}
