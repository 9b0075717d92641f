import type { ChannelDeclarations } from '../core/channel/options.ts'
import { assertKnownOptions } from './known-options.ts'
import type { TidewireOptions } from './options.ts'

/**
 * What the types of the options do not keep out: values that come from the
 * environment or a file (`Number(process.env.X)` is NaN), and slips in JavaScript.
 * Some of them would be taken for something more open than was meant.
 *
 * What one part alone can judge, that part checks.
 *
 * @throws TypeError that names the option and what is expected.
 */
export function assertOptions(options: TidewireOptions<ChannelDeclarations>): void {
  if (!isObject(options)) throw new TypeError('createTidewire: expected an object')
  const {
    admission = {},
    api = {},
    apiKeys,
    auth = {},
    broker,
    channels,
    logger,
    origins,
  } = options
  assertThat(isObject(channels), 'channels', 'an object of channels by pattern')
  for (const name of ['admission', 'api', 'auth', 'compression', 'limits'] as const) {
    assertThat(isObject(options[name] ?? {}), name, 'an object')
  }
  assertThat(apiKeys === undefined || Array.isArray(apiKeys), 'apiKeys', 'a list')
  assertKnownOptions(options)
  assertAuth(auth)
  const { metrics = 'keys', probes = true } = api
  assertThat(typeof probes === 'boolean', 'api.probes', 'true or false')
  assertThat(metrics === 'keys' || metrics === 'anybody', 'api.metrics', '"keys" or "anybody"')
  const isAny = origins === undefined || origins === 'any'
  assertThat(isAny || Array.isArray(origins), 'origins', '"any" or a list')
  assertThat(broker === undefined || hasAll(broker, brokerCalls), 'broker', 'a broker')
  assertThat(logger === undefined || hasAll(logger, logCalls), 'logger', logCalls.join(', '))
  assertNumbers({
    dutyCycle: options.dutyCycle,
    'compression.thresholdBytes': options.compression?.thresholdBytes,
    'admission.maxLoopDelayMs': admission.maxLoopDelayMs,
    'admission.maxWaiting': admission.maxWaiting,
    'admission.maxWaitMs': admission.maxWaitMs,
  })
}

function assertAuth({ mode, strategies = [], verify, tokenFrom = [] }: Auth): void {
  const isMode = mode === undefined || mode === 'optional' || mode === 'required'
  assertThat(isMode, 'auth.mode', '"required" or "optional"')
  assertThat(Array.isArray(strategies), 'auth.strategies', 'a list')
  assertThat(verify === undefined || typeof verify === 'function', 'auth.verify', 'a function')
  const areCarriers = Array.isArray(tokenFrom) && tokenFrom.every((one) => carriers.includes(one))
  assertThat(areCarriers, 'auth.tokenFrom', `a list, of ${carriers.join(', ')}`)
  const isOpen = mode !== 'required' || strategies.length > 0 || verify !== undefined
  assertThat(isOpen, 'auth', 'strategies or verify with mode "required", or nobody could come in')
}

type Auth = NonNullable<TidewireOptions<ChannelDeclarations>['auth']>

function assertNumbers(numbers: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value = 0] of Object.entries(numbers)) {
    assertThat(Number.isFinite(value) && value >= 0, name, 'a number, 0 or more')
  }
}

function assertThat(holds: boolean, option: string, expected: string): void {
  if (!holds) throw new TypeError(`${option}: expected ${expected}`)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hasAll(value: object, calls: readonly string[]): boolean {
  return calls.every((call) => typeof Reflect.get(Object(value), call) === 'function')
}

const carriers: readonly string[] = ['header', 'subprotocol', 'message', 'query']
const brokerCalls = ['publish', 'subscribe', 'unsubscribe', 'read', 'close']
const logCalls = ['debug', 'info', 'warn', 'error']
