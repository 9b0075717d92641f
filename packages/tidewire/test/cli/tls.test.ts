import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { rename } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { connect as connectTls, createServer } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { Certificate } from '../../src/cli/certificate.ts'
import { selfSignedCertificate } from '../support/certificate.ts'
import { connectRaw } from '../support/raw-client.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { until } from '../support/until.ts'
import { startCli, startCliWith } from './cli-process.ts'
import { type ConfigFolder, configFolder } from './config-folder.ts'

const [first, second] = [selfSignedCertificate(), selfSignedCertificate()]

describe('tidewire serve with a certificate', () => {
  it('serves https and wss, and takes a new certificate without a break', async () => {
    await using folder = await folderWith(first)
    await using cli = startCli('serve', '--config', `${folder.path}/tidewire.json`, '--port', '0')
    const url = /^listening on (https:\S+)$/.exec(await cli.nextLine())?.[1] ?? ''
    await using client = await connectRaw(`${url.replace('https', 'wss')}/ws`, { ca: first.cert })
    expect(await served(url)).toBe(nameOf(first))
    await put(folder, second)
    cli.kill('SIGHUP')
    await cli.complaint('the certificate was reloaded')
    expect(await served(url)).toBe(nameOf(second))
    // Who was there before is there still.
    expect(await client.ask({ type: 'subscribe', id: 1, channel: 'news' })).toMatchObject({
      type: 'ack',
    })
  })

  it('keeps the old one where the new one cannot be used, and says so once', async () => {
    await using folder = await folderWith(first)
    await using cli = startCli('serve', '--config', `${folder.path}/tidewire.json`, '--port', '0')
    const url = /^listening on (https:\S+)$/.exec(await cli.nextLine())?.[1] ?? ''
    await folder.write('cert.pem', second.cert)
    cli.kill('SIGHUP')
    const line = JSON.parse(await cli.complaint('the old one stays'))
    expect(line).toMatchObject({ level: 'error', keyFile: `${folder.path}/key.pem` })
    expect(await served(url)).toBe(nameOf(first))
    // The other half of the renewal.
    await folder.write('key.pem', second.key)
    cli.kill('SIGHUP')
    await cli.complaint('the certificate was reloaded')
    expect(await served(url)).toBe(nameOf(second))
  })

  it.each([
    ['key.pem', second.key, ': tls.keyFile: this is not the key of the certificate in certFile'],
    ['cert.pem', 'garbage', ': tls.certFile: expected a certificate in PEM, got no PEM'],
  ])('is refused at the start when %s does not fit', async (name, content, problem) => {
    await using folder = await folderWith(first)
    await folder.write(name, content)
    await using cli = startCliWith({}, 'check', '--config', `${folder.path}/tidewire.json`)
    const { code, stderr } = await cli.ended()
    expect(code).toBe(1)
    expect(stderr).toContain(problem)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('a certificate that is watched', () => {
  it('is read again when its files were replaced, told once when they cannot be', async () => {
    await using folder = await folderWith(first)
    await using server = await certified(folder, { everyMs: 1 })
    const { certificate, lines, url } = server
    const keyFile = `${folder.path}/key.pem`
    certificate.watch()
    await rename(keyFile, `${folder.path}/away.pem`)
    await until(() => lines.length > 0)
    await certificate.reload()
    await rename(`${folder.path}/away.pem`, keyFile)
    expect(lines).toEqual([expect.stringContaining('no such file')])
    await put(folder, second)
    await until(() => lines.some((line) => line.includes('was reloaded')))
    expect(await served(url)).toBe(nameOf(second))
    certificate.unwatch()
  })

  it.each([
    ['cert.pem', 'certificate'],
    ['key.pem', 'key'],
  ])('stays while %s is empty, as it is when somebody begins to write it', async (name, what) => {
    await using folder = await folderWith(first)
    await using server = await certified(folder)
    const { certificate, lines, url } = server
    await folder.write(name, '')
    await certificate.reload()
    await certificate.reload()
    expect(lines).toEqual([expect.stringContaining(`the file of the ${what} is empty`)])
    expect(await served(url)).toBe(nameOf(first))
    await put(folder, second)
    await certificate.reload()
    expect(await served(url)).toBe(nameOf(second))
  })
})

/** A server with the certificate of a folder, and what is logged of it. */
async function certified(folder: ConfigFolder, options: { readonly everyMs?: number } = {}) {
  const { logger, lines } = recordingLogger()
  const server = createServer((socket) => socket.end())
  const files = { certFile: `${folder.path}/cert.pem`, keyFile: `${folder.path}/key.pem` }
  const certificate = new Certificate(files, { server, logger, ...options })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on a host and a port has an AddressInfo.
  const { port } = server.address() as AddressInfo
  return {
    certificate,
    lines,
    url: `https://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

type Pair = ReturnType<typeof selfSignedCertificate>

async function folderWith(pair: Pair): Promise<ConfigFolder> {
  const folder = await configFolder()
  await put(folder, pair)
  const config = {
    tls: { certFile: 'cert.pem', keyFile: 'key.pem' },
    channels: { news: { subscribe: 'anyone' } },
  }
  await folder.write('tidewire.json', JSON.stringify(config))
  return folder
}

async function put(folder: ConfigFolder, { cert, key }: Pair): Promise<void> {
  await folder.write('cert.pem', cert)
  await folder.write('key.pem', key)
}

/** Which certificate a new connection gets. */
async function served(url: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}

function nameOf({ cert }: Pair): string {
  return new X509Certificate(cert).fingerprint256
}
