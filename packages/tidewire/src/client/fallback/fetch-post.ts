import type { Post, PostEnd, PostRequest } from './post.ts'

/** A `Post` by the platform's `fetch`: an edge of this folder, as a socket is. */
export function fetchPost(credentials: 'same-origin' | 'include'): Post {
  return (request, { onText, onEnd }) => {
    const controller = new AbortController()
    const { signal } = controller
    const unlessGivenUp =
      <TWhat>(tell: (what: TWhat) => void) =>
      (what: TWhat) =>
        signal.aborted || tell(what)
    const end = unlessGivenUp(onEnd)
    const lost = () => end({ status: 0 })
    ask(request, { credentials, signal }, unlessGivenUp(onText)).then(end, lost)
    return () => controller.abort()
  }
}

async function ask(
  { url, body, headers }: PostRequest,
  init: Pick<RequestInit, 'credentials' | 'signal'>,
  hear: (text: string) => void,
): Promise<PostEnd> {
  const response = await fetch(url, { ...init, method: 'POST', cache: 'no-store', body, headers })
  const { status } = response
  if (status !== 200) {
    return { status, retryAfter: response.headers.get('retry-after') ?? undefined }
  }
  const reader = response.body?.getReader()
  const utf8 = new TextDecoder()
  for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) {
    hear(utf8.decode(chunk.value, { stream: true }))
  }
  return { status }
}
