import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { startPasted } from '../support/pasted-server.ts'
import { connectRaw } from '../support/raw-client.ts'

/** docs/guide/authentication.md promises servers that run when pasted. */
test('the server with sessions signs in, and a sign-out ends its connections', async () => {
  await using server = await startPasted('authentication', 'session')
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
  await using server = await startPasted('authentication', 'tokens', { JWT_SECRET: secret })
  const token = await new SignJWT({ sub: 'ada', aud: 'rooms' })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(secret))
  await using client = await connectRaw(server.url)
  expect(await client.ask({ type: 'auth', token })).toMatchObject({ userId: 'ada' })
})

test('the server with Basic lets ada in', async () => {
  await using server = await startPasted('authentication', 'basic', {
    ADA_PASSWORD: 'correct horse',
  })
  const Authorization = `Basic ${Buffer.from('ada:correct horse').toString('base64')}`
  await using client = await connectRaw(server.url, { headers: { Authorization } })
  expect(client.hello).toMatchObject({ userId: 'ada' })
})
