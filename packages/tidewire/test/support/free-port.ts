import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port that is free, for programs that do not tell which they got when they are
 * asked for any. It is none that a machine gives out by itself: what runs beside
 * this test cannot be given it before the program has opened it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, firstGivenOut)
    if (await isFree(port)) return port
  }
}

/** Where the ports of Linux begin that nobody has to ask for; those of others are higher. */
const firstGivenOut = 32_768

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  const isListening = await once(server, 'listening').then(
    () => true,
    () => false,
  )
  server.close()
  return isListening
}
