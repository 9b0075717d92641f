/**
 * The command line of the attack map.
 */
import { isIP } from 'node:net'
import { parseArgs } from 'node:util'
import { StartupError } from './startup-error.ts'

const defaultPort = 8080
const defaultSyslogPort = 5514
const defaultHost = '127.0.0.1'
const defaultDataFolder = 'attack-map-data'
const largestPort = 65_535

/** What `--help` prints. */
export const usage = `Usage: npm start -- [options]

  --port N          page and WebSocket; 0 takes any free port (default ${defaultPort})
  --syslog-udp N    syslog over UDP (default ${defaultSyslogPort})
  --syslog-tcp N    syslog over TCP (default ${defaultSyslogPort})
  --host ADDRESS    where all three listen; :: for every address (default ${defaultHost})
  --geo FILE        MaxMind-format file; read again when it changes (default: countries)
  --data DIR        users, display tokens, settings, audit log (default ./${defaultDataFolder})
  --trust-proxy LIST  addresses or CIDR ranges of proxies in front, with commas between;
                    what they say of a client's address is believed (default: none)
  --demo            generated traffic until the first real syslog line
  --no-demo         no generated traffic
  --help            this text

Without --syslog-udp, --syslog-tcp, --geo and --no-demo, generated traffic is on.
`

/** What the operator asked for. */
export interface Options {
  readonly port: number
  readonly syslogUdpPort: number
  readonly syslogTcpPort: number
  readonly host: string
  /** A geo file; null for the bundled one. */
  readonly geoFile: string | null
  /** The folder of everything that outlives the process. */
  readonly dataFolder: string
  /** Proxies whose `X-Forwarded-*` headers are believed: addresses, CIDR ranges, `loopback`. */
  readonly trustProxy: readonly string[]
  /** Whether to generate traffic until the first real line. */
  readonly demo: boolean
}

/** Reads the arguments; `help` when they ask for it. Throws a StartupError for wrong ones. */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const values = readValues(args)
  if (values.help === true) return 'help'
  if (values.demo === true && values['no-demo'] === true) {
    throw new StartupError('--demo and --no-demo exclude each other; give one of them')
  }
  return {
    port: readPort('--port', values.port, defaultPort),
    syslogUdpPort: readPort('--syslog-udp', values['syslog-udp'], defaultSyslogPort),
    syslogTcpPort: readPort('--syslog-tcp', values['syslog-tcp'], defaultSyslogPort),
    host: readText('--host', values.host) ?? defaultHost,
    geoFile: readText('--geo', values.geo) ?? null,
    dataFolder: readText('--data', values.data) ?? defaultDataFolder,
    trustProxy: readProxies(values['trust-proxy']),
    demo: wantsDemo(values),
  }
}

type Values = ReturnType<typeof readValues>

function readValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        'syslog-udp': { type: 'string' },
        'syslog-tcp': { type: 'string' },
        host: { type: 'string' },
        geo: { type: 'string' },
        data: { type: 'string' },
        'trust-proxy': { type: 'string' },
        demo: { type: 'boolean' },
        'no-demo': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    const [message] = String(error instanceof Error ? error.message : error).split('\n')
    throw new StartupError(`${message} (--help lists the options)`, { cause: error })
  }
}

/** Asked for, or nothing that tells of real syslog was configured. */
function wantsDemo(values: Values): boolean {
  if (values['no-demo'] === true) return false
  if (values.demo === true) return true
  const configured = [values['syslog-udp'], values['syslog-tcp'], values.geo]
  return configured.every((value) => value === undefined)
}

function readPort(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= largestPort) return port
  throw new StartupError(`${option} ${text}: not a port; give a number from 0 to ${largestPort}`)
}

function readProxies(text: string | undefined): readonly string[] {
  const proxies = readText('--trust-proxy', text)?.split(',') ?? []
  for (const proxy of proxies) {
    if (isProxy(proxy)) continue
    throw new StartupError(`--trust-proxy ${proxy}: not an address, a CIDR range or "loopback"`)
  }
  return proxies
}

function isProxy(text: string): boolean {
  const [address = '', prefix] = text.split('/')
  const family = isIP(address)
  if (family === 0) return text === 'loopback'
  if (prefix === undefined) return true
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128)
}

function readText(option: string, text: string | undefined): string | undefined {
  if (text === '') throw new StartupError(`${option}: empty; give a value or leave it out`)
  return text
}
