import { readFile } from 'node:fs/promises'
import type { Server } from 'node:tls'
import type { Logger } from '../node/index.ts'
import { textOfFile } from './config/file-text.ts'
import type { TlsFiles } from './config/serve-config.ts'

/**
 * The certificate of a server, read again when its files change: connections that
 * are open keep theirs, new ones get the new one.
 *
 * Contents are compared, not times or names: whoever renews may write, rename or
 * turn a link. A pair that cannot be used, such as half of a renewal, leaves the
 * old one in place and is logged once.
 */
export class Certificate {
  readonly #files: TlsFiles
  readonly #server: Server
  readonly #logger: Logger
  readonly #everyMs: number
  #timer: NodeJS.Timeout | undefined
  /** The contents that were last tried. */
  #seen: string
  /** What was last said to be wrong; null when the files could be read since. */
  #told: string | null = null

  /** @throws Error for files that cannot be read, or are no pair. */
  constructor(files: TlsFiles, { server, logger, everyMs = 10_000 }: CertificateOptions) {
    this.#files = files
    this.#server = server
    this.#logger = logger
    this.#everyMs = everyMs
    const pair = { cert: textOfFile(files.certFile), key: textOfFile(files.keyFile) }
    server.setSecureContext(complete(pair))
    this.#seen = textOf(pair)
  }

  /** Looks at the files from time to time. Keeps no process alive. */
  watch(): void {
    this.#timer = setTimeout(() => void this.#look(), this.#everyMs).unref()
  }

  /** Does not look any more. */
  unwatch(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Looks at the files now. Never rejects. */
  async reload(): Promise<void> {
    try {
      await this.#reload()
    } catch (cause) {
      this.#refuse(cause)
    }
  }

  async #look(): Promise<void> {
    await this.reload()
    // Unless it was told to stop meanwhile.
    if (this.#timer !== undefined) this.watch()
  }

  async #reload(): Promise<void> {
    const { certFile, keyFile } = this.#files
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')])
    this.#told = null
    const pair = { cert, key }
    if (textOf(pair) === this.#seen) return
    this.#seen = textOf(pair)
    this.#server.setSecureContext(complete(pair))
    this.#logger.info('the certificate was reloaded', { certFile })
  }

  #refuse(cause: unknown): void {
    const problem = cause instanceof Error ? cause.message : String(cause)
    if (problem === this.#told) return
    this.#told = problem
    const message = 'the new certificate cannot be used; the old one stays'
    this.#logger.error(message, { ...this.#files, problem })
  }
}

export interface CertificateOptions {
  readonly server: Server
  readonly logger: Logger
  /** How often the files are looked at, in ms. Default 10,000. */
  readonly everyMs?: number
}

interface Pair {
  readonly cert: string
  readonly key: string
}

// A file that is being written is empty for a moment. Node takes an empty text for
// none: the server would have no certificate, and nobody could connect.
function complete(pair: Pair): Pair {
  if (pair.cert === '') throw new Error('the file of the certificate is empty')
  if (pair.key === '') throw new Error('the file of the key is empty')
  return pair
}

function textOf({ cert, key }: Pair): string {
  return `${cert}\0${key}`
}
