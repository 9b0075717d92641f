import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SignJWT } from 'jose'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { exchange, upgradeRequest } from '../support/byte-socket.ts'
import { connectRaw } from '../support/raw-client.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** docs/guide/authentication.md promises servers that run when pasted. */
test('the server with sessions signs in, and a sign-out ends its connections', async () => {
  await using server = await startPasted('session')
  const post = (path: string, cookie = '') =>
    fetch(`http://127.0.0.1:${server.port}${path}`, { method: 'POST', headers: { cookie } })
  const Cookie = (await post('/sign-in')).headers.get('set-cookie')?.split(';')[0] ?? ''
  await using client = await connectRaw(server.url, { headers: { Cookie } })
  expect(client.hello).toMatchObject({ userId: 'ada' })
  await post('/sign-out', Cookie)
  expect(await client.closed()).toMatchObject({ code: 4006 })
})

test('the server with tokens takes those for its audience', async () => {
  const secret = 'k8Vd0m3RqYwZ5uTn1sXc7bLe2pGa9hJf'
  await using server = await startPasted('tokens', { JWT_SECRET: secret })
  const token = await new SignJWT({ sub: 'ada', aud: 'rooms' })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(secret))
  await using client = await connectRaw(server.url)
  expect(await client.ask({ type: 'auth', token })).toMatchObject({ userId: 'ada' })
})

test('the server with Basic lets ada in', async () => {
  await using server = await startPasted('basic', { ADA_PASSWORD: 'correct horse' })
  const Authorization = `Basic ${Buffer.from('ada:correct horse').toString('base64')}`
  await using client = await connectRaw(server.url, { headers: { Authorization } })
  expect(client.hello).toMatchObject({ userId: 'ada' })
})

/** A server of the guide; it is up when it refuses a stranger. */
async function startPasted(name: string, environment: NodeJS.ProcessEnv = {}) {
  const guide = await readFile(join(root, 'docs/guide/authentication.md'), 'utf8')
  const code = new RegExp(`\`\`\`ts\n// ${name}\\.ts\n(.*?)\`\`\``, 's').exec(guide)?.[1] ?? ''
  const port = await freePort()
  await mkdir(join(root, '.artifacts'), { recursive: true })
  const folder = await mkdtemp(join(root, '.artifacts', 'guide-'))
  const { outputText } = ts.transpileModule(code.replace('listen(3000)', `listen(${port})`), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  })
  const file = join(folder, `${name}.mjs`)
  await writeFile(file, outputText)
  const child = spawn(process.execPath, [file], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...environment },
  })
  await untilAnswering(child, port)
  return {
    port,
    url: `ws://127.0.0.1:${port}/ws`,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        child.kill()
        await once(child, 'exit')
      }
      await rm(folder, { recursive: true })
    },
  }
}

const stranger = upgradeRequest({ headers: { Authorization: 'Bearer stolen' } })

async function untilAnswering(child: ChildProcess, port: number): Promise<void> {
  while (child.exitCode === null) {
    const answer = await exchange(port, stranger).catch(() => null)
    if (answer?.status === 401 || answer?.status === 403) return
  }
  throw new Error(`the server of the guide ended with ${child.exitCode}`)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}
