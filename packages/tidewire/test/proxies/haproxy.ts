import { type Change, documentedConfig } from './documented-config.ts'
import { type ProxyProcess, startProxy } from './proxy-process.ts'

/** HAProxy with the guide's configuration, in front of a port; plain HTTP unless there is a certificate. */
export function startHaproxy(port: number, options: HaproxyOptions = {}): Promise<ProxyProcess> {
  const { tunnelTimeout = '60s', certFile, dropsUpgrades = false, otherPort } = options
  const ssl = certFile === undefined ? '' : ` ssl crt ${certFile}`
  return startProxy({
    command: 'haproxy',
    args: (_folder, configFile) => ['-W', '-db', '-f', configFile],
    readyLine: /Loading success/,
    config: (_folder, listenPort) =>
      documentedConfig('haproxy', [
        ['bind :443 ssl crt /etc/ssl/chat.example/both.pem', `bind 127.0.0.1:${listenPort}${ssl}`],
        ['server one 127.0.0.1:3000', `server one 127.0.0.1:${port}`],
        [
          'server two 127.0.0.1:3001 check',
          otherPort === undefined ? '' : `server two 127.0.0.1:${otherPort} check`,
        ],
        ['timeout tunnel  60s', `timeout tunnel ${tunnelTimeout}`],
        ...(dropsUpgrades ? [withoutUpgrade] : []),
      ]),
  })
}

/** What differs from the guide. */
export interface HaproxyOptions {
  /** Default as in the guide. */
  readonly tunnelTimeout?: string
  /** Certificate and key in one PEM file, to end TLS with. */
  readonly certFile?: string
  /** Default as in the guide: upgrades go through. */
  readonly dropsUpgrades?: boolean | undefined
  /** Where the second server is. Default: there is one. */
  readonly otherPort?: number | undefined
}

const withoutUpgrade: Change = ['balance leastconn', 'http-request del-header Upgrade']
