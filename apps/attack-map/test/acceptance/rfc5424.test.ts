/**
 * The RFC 5424 vectors of go-syslog: 35 valid lines, 84 that must be refused.
 */
import { expect, it } from 'vitest'
import { parseRfc5424 } from '../../src/server/syslog/rfc5424.ts'
import type { StructuredData, SyslogMessage } from '../../src/server/syslog/syslog-message.ts'
import { describeWithSharedData, readSharedText } from '../shared-data.ts'

interface Vector {
  readonly input: string
  readonly valid: boolean
  readonly expected?: Readonly<Record<string, unknown>>
  readonly error?: string
}

// go-syslog's word for what is wrong, and ours. Its `Parse` is any of them.
const faults: Readonly<Record<string, string>> = {
  Pri: 'priority',
  Prival: 'priority',
  Version: 'version',
  Timestamp: 'timestamp',
  Hostname: 'hostname',
  Appname: 'app-name',
  ProcID: 'process-id',
  MsgID: 'message-id',
  StructuredData: 'structured-data',
  SdID: 'structured-data',
  SdParam: 'structured-data',
  Escape: 'structured-data',
}

function toObject(data: StructuredData | null): unknown {
  if (data === null) return undefined
  return Object.fromEntries([...data].map(([id, values]) => [id, Object.fromEntries(values)]))
}

/** A message in go-syslog's fields, without those that are absent. */
function toFields(message: SyslogMessage): unknown {
  const fields = {
    priority: message.priority,
    version: message.version,
    timestamp: message.at,
    hostname: message.host,
    appname: message.app,
    procid: message.processId,
    msgid: message.messageId,
    structuredData: toObject(message.structuredData),
    message: message.text === '' ? null : message.text,
  }
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  )
}

function expectedFields({ expected = {} }: Vector): unknown {
  const timestamp = expected['timestamp']
  return typeof timestamp === 'string'
    ? { ...expected, timestamp: Date.parse(timestamp) }
    : expected
}

describeWithSharedData('RFC 5424 vectors', () => {
  const vectors: readonly Vector[] = JSON.parse(
    readSharedText('go-syslog-mit/rfc5424-vectors.json'),
  )
  const valid = vectors.filter((vector) => vector.valid)
  const invalid = vectors.filter((vector) => !vector.valid)

  it('are 35 valid and 84 invalid lines', () => {
    expect([valid.length, invalid.length]).toEqual([35, 84])
  })

  it.each(valid)('reads every field of $input', (vector) => {
    const result = parseRfc5424(vector.input)
    expect(result.ok && toFields(result.message)).toEqual(expectedFields(vector))
  })

  it.each(invalid)('refuses $input', ({ input, error }) => {
    const result = parseRfc5424(input)
    expect(result.ok).toBe(false)
    const fault = faults[error ?? '']
    if (fault !== undefined) expect(result).toEqual({ ok: false, fault })
  })
})
