import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selfSignedCertificate } from '../support/certificate.ts'
import { startHaproxy } from './haproxy.ts'
import { startNginx } from './nginx.ts'
import { isInstalled, type ProxyProcess } from './proxy-process.ts'

/** One kind of proxy, told what the tests need of it. */
export interface Kind {
  readonly name: string
  start(port: number, options: KindOptions): Promise<ProxyProcess>
}

/** What differs from the guide. */
interface KindOptions {
  readonly idleTimeout?: string
  readonly tls?: TlsFiles
  /** Without what passes upgrades on, as by somebody who has not read the guide. */
  readonly dropsUpgrades?: boolean
}

export interface TlsFiles {
  readonly certFile: string
  readonly keyFile: string
  readonly bothFile: string
  readonly ca: string
}

const kinds: readonly Kind[] = [
  {
    name: 'nginx',
    start: (port, { idleTimeout, tls, dropsUpgrades = false }) =>
      startNginx(port, {
        dropsUpgrades,
        ...(idleTimeout !== undefined && { readTimeout: idleTimeout }),
        ...(tls !== undefined && { tls }),
      }),
  },
  {
    name: 'haproxy',
    start: (port, { idleTimeout, tls, dropsUpgrades = false }) =>
      startHaproxy(port, {
        dropsUpgrades,
        ...(idleTimeout !== undefined && { tunnelTimeout: idleTimeout }),
        ...(tls !== undefined && { certFile: tls.bothFile }),
      }),
  },
]

/** Those the machine has; CI has both, and fails without: there nothing may be left out. */
export function installedKinds(): readonly Kind[] {
  const missing = kinds.filter(({ name }) => !isInstalled(name)).map(({ name }) => name)
  if (missing.length > 0 && process.env['CI'] === 'true') throw new Error(`no ${missing.join()}`)
  for (const name of missing) process.stderr.write(`skipped: there is no ${name} to go through\n`)
  return kinds.filter(({ name }) => !missing.includes(name))
}

/** A certificate for 127.0.0.1 in files, as each of them wants it. */
export function tlsFiles(): TlsFiles {
  const { key, cert } = selfSignedCertificate()
  const folder = mkdtempSync(join(tmpdir(), 'tidewire-tls-'))
  const files = {
    certFile: join(folder, 'cert.pem'),
    keyFile: join(folder, 'key.pem'),
    bothFile: join(folder, 'both.pem'),
  }
  writeFileSync(files.certFile, cert)
  writeFileSync(files.keyFile, key)
  writeFileSync(files.bothFile, cert + key)
  return { ...files, ca: cert }
}
