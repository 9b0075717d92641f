/**
 * Every setting of `tidewire serve`, in one table: its place in the file, how its
 * text is read in the environment and on the command line, and its default. The
 * names there follow from the place: `limits.maxChannels` is
 * `TIDEWIRE_LIMITS_MAX_CHANNELS` and `--limits-max-channels`.
 */
export interface Setting {
  /** The place in a config file. */
  readonly key: string
  /** How text is read: as it stands · a number · `true` or `false` · a list with commas · JSON · the path of a file. */
  readonly kind: 'text' | 'number' | 'boolean' | 'list' | 'json' | 'file'
  /** What stands in its place when nobody says anything. */
  readonly default?: unknown
  /** Has no flag, because every user of a machine can read the flags of a process. */
  readonly isSecret?: true
}

export const settings: readonly Setting[] = [
  { key: 'host', kind: 'text', default: '127.0.0.1' },
  { key: 'port', kind: 'number', default: 3000 },
  { key: 'path', kind: 'text', default: '/ws' },
  { key: 'handOver', kind: 'boolean', default: false },
  { key: 'tls.certFile', kind: 'file' },
  { key: 'tls.keyFile', kind: 'file' },
  { key: 'auth.mode', kind: 'text', default: 'optional' },
  { key: 'auth.jwt.secret', kind: 'text', isSecret: true },
  { key: 'auth.jwt.secretFile', kind: 'file' },
  { key: 'auth.jwt.publicKeyFile', kind: 'file' },
  { key: 'auth.jwt.jwksUrl', kind: 'text' },
  { key: 'auth.jwt.algorithms', kind: 'list' },
  { key: 'auth.jwt.audience', kind: 'list' },
  { key: 'auth.jwt.issuer', kind: 'list' },
  { key: 'auth.jwt.clockToleranceMs', kind: 'number' },
  { key: 'auth.basic.realm', kind: 'text' },
  { key: 'auth.basic.users', kind: 'json', isSecret: true },
  { key: 'auth.tokenFrom', kind: 'list', default: ['header', 'subprotocol', 'message'] },
  { key: 'auth.rejectAnonymous', kind: 'boolean' },
  { key: 'channels', kind: 'json' },
  { key: 'limits.maxPayloadBytes', kind: 'number', default: 65_536 },
  { key: 'limits.maxChannels', kind: 'number', default: 128 },
  { key: 'limits.maxBufferedBytes', kind: 'number', default: 1_048_576 },
  { key: 'limits.authTimeoutMs', kind: 'number', default: 10_000 },
  { key: 'limits.callTimeoutMs', kind: 'number', default: 30_000 },
  { key: 'limits.permissionTimeoutMs', kind: 'number', default: 5_000 },
  { key: 'limits.heartbeatMs', kind: 'number', default: 25_000 },
  { key: 'limits.framesPerSecond', kind: 'number', default: 100 },
  { key: 'limits.frameBurst', kind: 'number', default: 200 },
  { key: 'limits.bytesPerSecond', kind: 'number', default: 262_144 },
  { key: 'limits.userFramesPerSecond', kind: 'number', default: 500 },
  { key: 'limits.addressFramesPerSecond', kind: 'number', default: 5_000 },
  { key: 'limits.maxConnections', kind: 'number', default: 100_000 },
  { key: 'limits.maxConnectionsPerAddress', kind: 'number', default: 1_000 },
  { key: 'limits.maxConnectionsPerUser', kind: 'number', default: 100 },
  { key: 'origins', kind: 'list' },
  { key: 'trustProxy', kind: 'list', default: [] },
  { key: 'api.path', kind: 'text', default: '/api' },
  { key: 'api.userChannel', kind: 'text' },
  { key: 'api.probes', kind: 'boolean', default: true },
  { key: 'api.metrics', kind: 'text', default: 'keys' },
  { key: 'apiKeys', kind: 'json', default: [], isSecret: true },
  { key: 'compression.thresholdBytes', kind: 'number' },
  { key: 'dutyCycle', kind: 'number', default: 4 },
  { key: 'admission.maxLoopDelayMs', kind: 'number', default: 100 },
  { key: 'admission.maxWaiting', kind: 'number', default: 10_000 },
  { key: 'admission.maxWaitMs', kind: 'number', default: 10_000 },
  { key: 'drain.overMs', kind: 'number', default: 10_000 },
  { key: 'drain.graceMs', kind: 'number', default: 5_000 },
  { key: 'broker', kind: 'text', default: 'memory:' },
  { key: 'logLevel', kind: 'text', default: 'info' },
]

/** The variable of a setting: `TIDEWIRE_LIMITS_MAX_CHANNELS`. */
export function variableOf({ key }: Setting): string {
  return `TIDEWIRE_${wordsOf(key).join('_').toUpperCase()}`
}

/** The flag of a setting, without its dashes: `limits-max-channels`; null for a secret. */
export function flagOf({ key, isSecret }: Setting): string | null {
  return isSecret === true ? null : wordsOf(key).join('-')
}

function wordsOf(key: string): readonly string[] {
  return key
    .replaceAll(/[A-Z]/g, (letter) => `.${letter}`)
    .toLowerCase()
    .split('.')
}
