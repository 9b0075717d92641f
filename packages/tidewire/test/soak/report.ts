import { type Figure, growthIn, inMebibytes, secondHalf } from './judge.ts'
import type { Sample } from './sample.ts'
import type { SoakReport } from './soak.ts'

/** What a soak came to, as tables for people to read. */
export function reportText(report: SoakReport): string {
  return [
    table(memoryColumns, memoryRows(report)),
    table(countColumns, countRows(report)),
    table(witnessColumns, witnessRows(report)),
    table(crewColumns, crewRows(report)),
    totalsText(report),
  ].join('\n\n')
}

type Row = readonly (string | number)[]

const memoryColumns: Row = ['MiB', 'before', 'begin', 'half', 'end', 'grown', 'allowed', 'after']

function memoryRows({ base, samples, rest }: SoakReport): readonly Row[] {
  const figures = [
    ['held after garbage collection', 'heldBytes'],
    ['resident', 'residentBytes'],
  ] as const satisfies readonly (readonly [string, Figure])[]
  return figures.map(([name, figure]) => {
    const { grown, allowed } = growthIn(samples, figure)
    const moments = [base, samples[0], secondHalf(samples)[0], samples.at(-1)]
    const bytes = moments.map((sample) => sample?.[figure] ?? 0)
    return [name, ...[...bytes, grown, allowed, rest[figure]].map(inMebibytes)]
  })
}

const countColumns: Row = ['count', 'before', 'half', 'most', 'end', 'after']

function countRows({ base, samples, rest }: SoakReport): readonly Row[] {
  const names = new Set([base, ...samples, rest].flatMap(({ counts }) => Object.keys(counts)))
  const half = secondHalf(samples)[0]
  return [...names]
    .sort((one, other) => one.localeCompare(other))
    .map((name) => {
      const during = samples.map(({ counts }) => counts[name] ?? 0)
      const isThorough = name.startsWith('objects')
      const seen = [half?.counts[name] ?? 0, Math.max(0, ...during), during.at(-1) ?? 0]
      const shown = isThorough ? ['', '', ''] : seen
      return [name, base.counts[name] ?? 0, ...shown, rest.counts[name] ?? 0]
    })
}

const witnessColumns: Row = ['witness', 'events', 'missed and told']

function witnessRows({ witnesses }: SoakReport): readonly Row[] {
  return witnesses.map(({ name, received, told }) => [name, received, told])
}

const crewColumns: Row = ['crew', 'visits', '']

function crewRows({ crews }: SoakReport): readonly Row[] {
  return crews.map(({ name, visits, outcomes }) => {
    const most = Object.entries(outcomes).sort(([, one], [, other]) => other - one)
    return [name, visits, most.map(([what, count]) => `${what} ${count}`).join(', ')]
  })
}

function totalsText({ samples, rest }: SoakReport): string {
  const since = (sample: Sample | undefined) => sample?.totals ?? rest.totals
  const before = since(samples[0])
  return Object.entries(rest.totals)
    .map(([name, total]) => `${name} ${total - before[name as keyof typeof before]}`)
    .join(' · ')
}

function table(columns: Row, rows: readonly Row[]): string {
  const lines = [columns, ...rows].map((row) => row.map(String))
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)))
  const format = (line: readonly string[]) =>
    line.map((cell, at) =>
      isText(at, line) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
    )
  return lines.map((line) => format(line).join('  ').trimEnd()).join('\n')
}

// Names stand to the left, and so does the text behind numbers.
function isText(at: number, line: readonly string[]): boolean {
  return at === 0 || (at === line.length - 1 && /[a-z]/.test(line[at] ?? ''))
}
