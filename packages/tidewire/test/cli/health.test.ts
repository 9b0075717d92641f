import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { selfSignedCertificate } from '../support/certificate.ts'
import { freePort } from '../support/free-port.ts'
import { connectRaw } from '../support/raw-client.ts'
import { startCliWith } from './cli-process.ts'
import { type Served, startServed } from './served.ts'

const channels = { news: { subscribe: 'anyone' } }

/** What `tidewire health` says of a server, with the very config that it was started with. */
async function healthOf({ url, folder }: Pick<Served, 'url' | 'folder'>) {
  const environment = { TIDEWIRE_CONFIG: `${folder.path}/tidewire.json` }
  await using cli = startCliWith(environment, 'health', '--port', new URL(url).port)
  return await cli.ended()
}

describe('tidewire health', () => {
  it('says that a server lives', async () => {
    await using served = await startServed({ channels })
    expect(await healthOf(served)).toEqual({ code: 0, stdout: 'ok\n', stderr: '' })
  })

  it('and one on all addresses', async () => {
    await using served = await startServed({ channels, host: '0.0.0.0' })
    expect(await healthOf(served)).toMatchObject({ code: 0, stdout: 'ok\n' })
  })

  it('and one that has its probes turned off', async () => {
    await using served = await startServed({ channels, api: { probes: false } })
    expect(await healthOf(served)).toMatchObject({ code: 0, stdout: 'ok\n' })
  })

  it('and one with a certificate that nobody knows, for another name', async () => {
    const { cert, key } = selfSignedCertificate()
    await using served = await startServed(
      { channels, tls: { certFile: 'cert.pem', keyFile: 'key.pem' } },
      { 'cert.pem': cert, 'key.pem': key },
    )
    expect(await healthOf(served)).toMatchObject({ code: 0, stdout: 'ok\n' })
  })

  it('says that one that sends its clients away is leaving, which is no illness', async () => {
    await using served = await startServed({ channels, drain: { overMs: 0, graceMs: 60_000 } })
    await using client = await connectRaw(`${served.url.replace('http', 'ws')}/ws`)
    served.cli.kill('SIGTERM')
    await client.next('drain')
    expect(await healthOf(served)).toMatchObject({ code: 0, stdout: 'leaving\n' })
  })

  it('fails when nobody listens', async () => {
    await using served = await startServed({ channels })
    const url = `http://127.0.0.1:${await freePort()}`
    const { code, stdout, stderr } = await healthOf({ ...served, url })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^tidewire: port \d+ on 127\.0\.0\.1: no answer \(ECONNREFUSED\)\n$/)
  })

  it('fails when what listens does not answer', async () => {
    await using served = await startServed({ channels })
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, stderr } = await healthOf({ ...served, url: `http://127.0.0.1:${port}` })
    expect(code).toBe(1)
    expect(stderr).toMatch(/: no answer in 2 s\n$/)
    silent.close()
  })

  it('cannot ask for a port that nobody knows', async () => {
    await using cli = startCliWith(
      { TIDEWIRE_CHANNELS: '{"news":{"subscribe":"anyone"}}' },
      'health',
      '--port',
      '0',
    )
    expect(await cli.ended()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^tidewire: port: /),
    })
  })
})
