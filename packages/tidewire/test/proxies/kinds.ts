import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isProvided } from '@tidewire/test-support/requirement'
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
  /** Where the second server is. Default: there is one. */
  readonly otherPort?: number
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
    start: (port, { idleTimeout, tls, dropsUpgrades, otherPort }) =>
      startNginx(port, {
        dropsUpgrades,
        otherPort,
        ...(idleTimeout !== undefined && { readTimeout: idleTimeout }),
        ...(tls !== undefined && { tls }),
      }),
  },
  {
    name: 'haproxy',
    start: (port, { idleTimeout, tls, dropsUpgrades, otherPort }) =>
      startHaproxy(port, {
        dropsUpgrades,
        otherPort,
        ...(idleTimeout !== undefined && { tunnelTimeout: idleTimeout }),
        ...(tls !== undefined && { certFile: tls.bothFile }),
      }),
  },
]

/** Those the machine has. */
export function installedKinds(): readonly Kind[] {
  return kinds.filter(({ name }) =>
    isProvided(isInstalled(name), `there is no ${name} to go through`),
  )
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
