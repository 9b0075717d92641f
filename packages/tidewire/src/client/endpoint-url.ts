/**
 * Turns what a user passes as the server's address into a WebSocket URL.
 *
 * @param url `ws:`, `wss:`, `http:` or `https:`, or a path of the page's own server
 * @param origin what a path is relative to; undefined where there is no page
 * @throws TypeError for anything else: no retry would mend it
 */
export function endpointUrl(url: string, origin: string | undefined): string {
  const endpoint = parse(url, url.startsWith('/') ? origin : undefined)
  if (!endpoint || !/^(ws|http)s?:$/.test(endpoint.protocol)) {
    throw new TypeError(`${url}: pass a ws, wss, http or https URL, or in a page a /path`)
  }
  endpoint.protocol = endpoint.protocol.replace('http', 'ws')
  // A WebSocket URL with a fragment is refused by the platform.
  endpoint.hash = ''
  return endpoint.href
}

function parse(url: string, base: string | undefined): URL | null {
  try {
    return new URL(url, base)
  } catch {
    return null
  }
}
