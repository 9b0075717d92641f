/**
 * What became of every line, per source and in total.
 *
 * `received = parsed + unparsed + filtered + dropped` whenever no line is
 * being read. Memory is bounded: senders beyond `maxSenders` share one entry.
 */
import type { LineCounts } from '../shared/stats.ts'
import type { LineSource, SourceKind } from './ingest/line-sink.ts'

const defaultMaxSenders = 1024
const otherSenders = '*'

/** How a received line can end. */
export type LineOutcome = Exclude<keyof LineCounts, 'received'>

/** The counts of one sender. */
export interface SenderCounts {
  readonly source: LineSource
  readonly counts: LineCounts
}

type MutableCounts = { -readonly [Name in keyof LineCounts]: LineCounts[Name] }

/** Counts lines; the only place that does. */
export class LineCounter {
  readonly #byKind: Readonly<Record<SourceKind, MutableCounts>> = {
    udp: noLines(),
    tcp: noLines(),
    demo: noLines(),
  }
  readonly #bySender = new Map<string, { source: LineSource; counts: MutableCounts }>()
  readonly #maxSenders: number
  #lastLineAt: number | null = null

  /** `maxSenders`: how many senders have counts of their own. Default 1024. */
  constructor(maxSenders = defaultMaxSenders) {
    this.#maxSenders = maxSenders
  }

  /** A line came in, at `at` ms since the epoch. */
  receive(source: LineSource, at: number): void {
    this.#byKind[source.kind].received++
    this.#countsOf(source).received++
    if (source.kind !== 'demo') this.#lastLineAt = at
  }

  /** It is known what the line is. */
  settle(source: LineSource, outcome: LineOutcome): void {
    this.#byKind[source.kind][outcome]++
    this.#countsOf(source)[outcome]++
  }

  /** When the last real line came in; null when none has. */
  get lastLineAt(): number | null {
    return this.#lastLineAt
  }

  /** The counts of one kind of source. */
  ofKind(kind: SourceKind): LineCounts {
    return { ...this.#byKind[kind] }
  }

  /** The counts of several kinds together. */
  total(kinds: readonly SourceKind[]): LineCounts {
    const sum = noLines()
    for (const kind of kinds) addTo(sum, this.#byKind[kind])
    return sum
  }

  /** The counts of every sender; those beyond the limit are together under `*`. */
  senders(): readonly SenderCounts[] {
    return [...this.#bySender.values()].map(({ source, counts }) => ({
      source,
      counts: { ...counts },
    }))
  }

  #countsOf(source: LineSource): MutableCounts {
    const known = this.#bySender.get(keyOf(source))
    if (known !== undefined) return known.counts
    if (this.#bySender.size < this.#maxSenders) return this.#addSender(source)
    const others = { kind: source.kind, sender: otherSenders }
    return this.#bySender.get(keyOf(others))?.counts ?? this.#addSender(others)
  }

  #addSender(source: LineSource): MutableCounts {
    const counts = noLines()
    this.#bySender.set(keyOf(source), { source, counts })
    return counts
  }
}

function keyOf({ kind, sender }: LineSource): string {
  return `${kind} ${sender}`
}

function noLines(): MutableCounts {
  return { received: 0, parsed: 0, unparsed: 0, filtered: 0, dropped: 0 }
}

function addTo(sum: MutableCounts, counts: LineCounts): void {
  sum.received += counts.received
  sum.parsed += counts.parsed
  sum.unparsed += counts.unparsed
  sum.filtered += counts.filtered
  sum.dropped += counts.dropped
}
