/**
 * What the API answers when something is refused: a status, a code for
 * programs and a sentence for people. Never a stack, a path or a type.
 */
import { STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler, Response } from 'express'
import { PasswordsBusy } from '../access/passwords.ts'
import { Refusal } from '../access/refusal.ts'

/** Answers errors in JSON; `warn` takes those that are bugs. */
export function answerErrors(warn: (message: string) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) next(error)
    else if (error instanceof Refusal) answerRefusal(response, error)
    else if (error instanceof PasswordsBusy) answerRefusal(response, busy)
    else answerOther(response, error, warn)
  }
}

const busy = new Refusal('BUSY', 'too many people sign in at once; try again', 2)

function answerRefusal(response: Response, refusal: Refusal): void {
  const { status, code, message, retryAfterSeconds } = refusal
  if (retryAfterSeconds !== null) response.set('Retry-After', String(retryAfterSeconds))
  response.status(status).json({ error: { code, message } })
}

/** A body that is too large, no JSON or cut off is the client's doing; body-parser says so in `status`. */
function answerOther(response: Response, error: unknown, warn: (message: string) => void): void {
  const status = statusOf(error)
  if (status === 500) warn(`a request failed: ${error}`)
  const name = STATUS_CODES[status] ?? 'Bad Request'
  const message = sentences[status] ?? name.toLowerCase()
  response
    .status(status)
    .json({ error: { code: name.toUpperCase().replace(/\W+/g, '_'), message } })
}

const sentences: Readonly<Record<number, string>> = {
  400: 'that could not be read',
  413: 'that is larger than this takes',
  500: 'something went wrong here; it is in the log of the server',
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500
}
