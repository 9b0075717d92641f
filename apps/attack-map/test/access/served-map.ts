/**
 * An attack map of one test, in this process, with a data folder of its own.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startAttackMap } from '../../src/server/attack-map.ts'
import { quickArgon2 } from '../support/quick-argon2.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts'
import { type Answer, type AskOptions, askHttp } from './ask-http.ts'
import { openRawSocket, type RawSocket, type RawSocketOptions } from './raw-socket.ts'

/** A password that the server takes. */
export const goodPassword = 'correct horse battery'

/** A running map. */
export interface ServedMap extends AsyncDisposable {
  readonly origin: string
  readonly port: number
  readonly syslogTcpPort: number
  /** What is printed on the first start; null on others. */
  readonly oneTimePassword: string | null
  readonly warnings: readonly string[]
  /** Puts the server's clock forward, in ms. */
  advance(ms: number): void
  /** Asks over HTTP, as a page of this server does. */
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>
  /** Signs in; answers the cookie. */
  signIn(name: string, password: string): Promise<string>
  /** An administrator with a password of their own; answers the cookie. */
  signInAsAdmin(): Promise<string>
  /** Adds a user that has chosen `goodPassword`, and answers a cookie of theirs. */
  addUser(admin: string, name: string, role: 'operator' | 'admin'): Promise<string>
  /** Opens a WebSocket. */
  connect(options?: RawSocketOptions): Promise<RawSocket>
}

/** How the map is started. */
export interface ServedMapOptions {
  readonly trustProxy?: readonly string[]
}

/** A map on a folder that is gone afterwards. */
export async function serveMap(options: ServedMapOptions = {}): Promise<ServedMap> {
  const folder = await temporaryFolder()
  const map = await serveMapOn(folder, options)
  return {
    ...map,
    async [Symbol.asyncDispose]() {
      await map[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** A map on a folder that stays, for restarts. */
export async function serveMapOn(
  folder: TemporaryFolder,
  { trustProxy = [] }: ServedMapOptions = {},
): Promise<ServedMap> {
  // It stands still unless it is put forward: how long a test takes is not what it is about.
  const clock = { now: Date.now() }
  const warnings: string[] = []
  // As it is installed: what is served is in one folder, what is not in the one beside it.
  const webRoot = folder.file('web')
  await mkdir(webRoot, { recursive: true })
  await writeFile(join(webRoot, 'index.html'), '<!doctype html>map')
  const map = await startAttackMap(
    {
      ...{ port: 0, syslogUdpPort: 0, syslogTcpPort: 0, host: '127.0.0.1' },
      ...{ geoFile: null, demo: false, dataFolder: folder.file('data'), trustProxy },
    },
    {
      webRoot,
      passwords: quickArgon2,
      now: () => clock.now,
      demoSeed: 1,
      warn: (message) => warnings.push(message),
    },
  )
  const origin = `http://127.0.0.1:${map.http.port}`
  const ask: ServedMap['ask'] = (method, path, options) =>
    askHttp(origin, method, { path, ...options })
  const signIn = async (name: string, password: string): Promise<string> => {
    const { status, cookie } = await ask('POST', '/login', { body: { name, password } })
    if (status !== 200 || cookie === null) throw new Error(`${name} does not get in: ${status}`)
    return cookie
  }
  const choosePassword = async (name: string, password: string): Promise<string> => {
    const cookie = await signIn(name, password)
    const body = { current: password, next: goodPassword }
    const answer = await ask('POST', '/api/password', { cookie, body })
    if (answer.cookie === null) throw new Error(`${name} gets no password: ${answer.text}`)
    return answer.cookie
  }
  return {
    origin,
    port: map.http.port,
    syslogTcpPort: map.syslogTcp.port,
    oneTimePassword: map.oneTimePassword,
    warnings,
    advance(ms) {
      clock.now += ms
    },
    ask,
    signIn,
    signInAsAdmin: () => choosePassword('admin', map.oneTimePassword ?? ''),
    async addUser(admin, name, role) {
      const password = `one time for ${role} x`
      const body = { name, role, password }
      const { status } = await ask('POST', '/api/admin/users', { cookie: admin, body })
      if (status !== 201) throw new Error(`${name} is not added: ${status}`)
      return choosePassword(name, password)
    },
    connect: (options) => openRawSocket(map.http.port, options),
    [Symbol.asyncDispose]: () => map.close(),
  }
}
