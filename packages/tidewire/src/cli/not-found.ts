import type { RequestListener } from 'node:http'

/** What the standalone server says to a request that is not Tidewire's: there is nothing else here. */
export const answerNotFound: RequestListener = (_request, response) => {
  response.writeHead(404, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(notFound),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(notFound)
}

const notFound = JSON.stringify({ code: 'NOT_FOUND', message: 'nothing is served at this path' })
