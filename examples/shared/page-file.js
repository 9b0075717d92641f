import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'

const types = new Map([
  ['.css', 'text/css'],
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript'],
])

const page = new URL('../page/', import.meta.url)

// The package as it was built: modules of the client import each other by
// relative paths, so a browser takes them as they are.
const sdk = new URL('../', import.meta.resolve('tidewire/client'))

/**
 * A file of the page, or of the SDK under `/tidewire/`; null for everything else.
 *
 * @param {string | undefined} path of the request
 * @param {string} index the file for `/`
 * @returns {Promise<{ type: string, body: string } | null>}
 */
export async function pageFile(path, index) {
  const [, folder, name] = /^\/(tidewire\/)?([^?]*)/.exec(path ?? '') ?? []
  const root = folder === undefined ? page : sdk
  const file = new URL(`./${name || index}`, root)
  const type = types.get(extname(file.pathname))
  // What leads out of the folder is not there.
  if (type === undefined || !file.href.startsWith(root.href)) return null
  const body = await readFile(file, 'utf8').catch(() => null)
  return body === null ? null : { type, body }
}

/**
 * Answers requests with the files of the page: for plain node:http, and as the
 * last handler of an Express application.
 *
 * @param {string} index the file for `/`
 * @returns {import('node:http').RequestListener}
 */
export function servePage(index) {
  return async (request, response) => {
    const file = await pageFile(request.url, index)
    if (file === null) response.writeHead(404).end()
    else response.writeHead(200, { 'Content-Type': file.type }).end(file.body)
  }
}
