import { join } from 'node:path'
import { type Change, documentedConfig } from './documented-config.ts'
import { type ProxyProcess, startProxy } from './proxy-process.ts'

/** nginx with the guide's configuration, in front of a port; plain HTTP unless there is a certificate. */
export function startNginx(port: number, options: NginxOptions = {}): Promise<ProxyProcess> {
  return startProxy({
    command: 'nginx',
    args: (folder, configFile) => ['-p', folder, '-c', configFile, '-e', 'stderr'],
    readyLine: /start worker process \d+/,
    config: (folder, listenPort) => `
      daemon off;
      ${process.getuid?.() === 0 ? 'user root;' : ''}
      worker_processes 1;
      pid ${join(folder, 'pid')};
      error_log stderr notice;
      events {}
      http {
        access_log off;
        ${tempFolders.map((name) => `${name}_temp_path ${join(folder, name)};`).join('\n')}
        ${documentedConfig('nginx', changesFor(port, listenPort, options))}
      }`,
  })
}

/** What differs from the guide. */
export interface NginxOptions {
  /** `proxy_read_timeout`; default as in the guide. */
  readonly readTimeout?: string
  /** Files in PEM to end TLS with. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string }
  /** Default as in the guide: upgrades go through. */
  readonly dropsUpgrades?: boolean | undefined
  /** Where the second server is. Default: there is one. */
  readonly otherPort?: number | undefined
}

const tempFolders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

function changesFor(
  port: number,
  listenPort: number,
  { readTimeout = '60s', tls, dropsUpgrades = false, otherPort }: NginxOptions,
): readonly Change[] {
  const certificate: readonly Change[] =
    tls === undefined
      ? [
          ['ssl_certificate     /etc/ssl/chat.example/fullchain.pem;', ''],
          ['ssl_certificate_key /etc/ssl/chat.example/privkey.pem;', ''],
        ]
      : [
          ['/etc/ssl/chat.example/fullchain.pem', tls.certFile],
          ['/etc/ssl/chat.example/privkey.pem', tls.keyFile],
        ]
  return [
    ['server 127.0.0.1:3000;', `server 127.0.0.1:${port};`],
    ['server 127.0.0.1:3001;', otherPort === undefined ? '' : `server 127.0.0.1:${otherPort};`],
    ['listen 443 ssl', `listen 127.0.0.1:${listenPort}${tls === undefined ? '' : ' ssl'}`],
    ['proxy_read_timeout 60s', `proxy_read_timeout ${readTimeout}`],
    ...certificate,
    ...(dropsUpgrades ? [withoutUpgrade] : []),
  ]
}

const withoutUpgrade: Change = ['proxy_set_header Upgrade $http_upgrade;', '']
