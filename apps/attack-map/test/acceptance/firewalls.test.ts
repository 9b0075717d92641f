/**
 * iptables and PAN-OS lines against what Filebeat reads in them.
 *
 * Source, destination and ports must be equal in at least 98 % of the lines;
 * every line that is not is listed here with its reason.
 */
import { expect, it } from 'vitest'
import { type Expected, readExpectedLines } from '../expected-lines.ts'
import { readRecord } from '../read-line.ts'
import { describeWithSharedData } from '../shared-data.ts'

// `<file> <byte offset>`: reason. None so far.
const exceptions: ReadonlyMap<string, string> = new Map()

const files: readonly (readonly [name: string, lines: number])[] = [
  ['iptables-log-geo.log', 1],
  ['iptables-log-iptables.log', 10],
  ['iptables-log-ipv6.log', 11],
  ['panw-panos-pan_inc_threat.log', 100],
]

/** Source, destination and their ports; null stands for none. */
type Ends = readonly [string | null, number | null, string | null, number | null]

function expectedEnds(expected: Expected): Ends {
  return [
    expected['source.ip'] ?? null,
    expected['source.port'] ?? null,
    expected['destination.ip'] ?? null,
    expected['destination.port'] ?? null,
  ]
}

function foundEnds(text: string): Ends | undefined {
  const record = readRecord(text)
  if (record === undefined || record.vendor === 'sshd') return undefined
  const end = record.vendor === 'panos' ? record.session : record
  return [end.source, end.sourcePort, end.destination, end.destinationPort]
}

describeWithSharedData('firewall logs', () => {
  it.each(files)('%s: all %i lines have the expected ends', (name, count) => {
    const lines = readExpectedLines(name)
    const judged = lines.filter(
      ({ expected }) => !exceptions.has(`${name} ${expected['log.offset']}`),
    )
    expect(lines).toHaveLength(count)
    expect(judged.length / lines.length).toBeGreaterThanOrEqual(0.98)
    expect(judged.map(({ text }) => foundEnds(text))).toEqual(
      judged.map(({ expected }) => expectedEnds(expected)),
    )
  })
})
