/**
 * 2,000 lines of real SSH brute force against their structured CSV.
 */
import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { classify } from '../../src/server/classify.ts'
import { readMessage, readRecord } from '../read-line.ts'
import { describeWithSharedData, readSharedText } from '../shared-data.ts'

interface Row {
  readonly Content: string
  readonly EventId: string
  readonly EventTemplate: string
}

// In the templates, the wildcard after one of these stands for the other side.
const addressContext = /(?: from | by | rhost=| \[)$/

function readRows(): readonly Row[] {
  return parse(readSharedText('loghub-openssh/OpenSSH_2k.log_structured.csv'), { columns: true })
}

function readLines(): readonly string[] {
  return readSharedText('loghub-openssh/OpenSSH_2k.log').split(/\r?\n/).filter(Boolean)
}

/** The address in a row, told from its template alone; undefined when it has none. */
function addressOf({ Content, EventTemplate }: Row): string | undefined {
  const parts = EventTemplate.split('<*>')
  const group = parts.findIndex((part) => addressContext.test(part)) + 1
  if (group === 0) return undefined
  const pattern = parts.map(escapePattern).join('(.*?)')
  // Some templates have one space where their lines have two.
  return new RegExp(`^${pattern}$`).exec(Content)?.[group]?.trim()
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

describeWithSharedData('sshd on the shared log', () => {
  const rows = readRows()
  const lines = readLines()

  it('reads the text of every line', () => {
    expect(lines).toHaveLength(2000)
    expect(lines.map((line) => readMessage(line).text.trim())).toEqual(
      rows.map((row) => row.Content.trim()),
    )
  })

  it('finds the attacker of every line whose template carries an address', () => {
    const expected = rows.map(addressOf)
    expect(expected.filter((address) => address !== undefined).length).toBeGreaterThan(1500)
    const found = lines.map((line) => {
      const record = readRecord(line)
      return record?.vendor === 'sshd' ? record.remote : undefined
    })
    expect(found).toEqual(expected)
  })

  it('counts a repeated message as often as it was repeated', () => {
    const repeated = lines.filter((line) => line.includes('message repeated 5 times'))
    expect(repeated.length).toBeGreaterThan(0)
    for (const line of repeated) expect(readRecord(line)).toMatchObject({ count: 5 })
  })

  it('leaves no line unparsed and makes events of what tells of an attempt', () => {
    const receipt = { receivedAt: Date.now(), demo: false }
    const kinds = lines.map((line) => classify(line, receipt).kind)
    const eventRows = rows.filter((_, index) => kinds[index] === 'event')
    expect(kinds).not.toContain('unparsed')
    expect(new Set(eventRows.map((row) => row.EventId))).toEqual(
      new Set(['E1', 'E10', 'E13', 'E14', 'E27', 'E3', 'E8', 'E9']),
    )
  })
})
