import type { Sample } from './sample.ts'
import { growthOf, meanOf } from './trend.ts'

/**
 * Whether a process that was under load keeps what it should have let go of.
 *
 * Memory is judged while the load lasts, over its second half: by then what is
 * kept for a time (histories, keys of publishes) is as much as it will be. What
 * can be counted is judged when the load is over, against what it was before:
 * there nothing may be left, and what is left has a name.
 */
export function judge({ base, samples, rest }: Series): readonly string[] {
  return [...judgeMemory(samples), ...judgeCounts(base, rest)]
}

/** What was seen of a process. */
export interface Series {
  /** Before the load. */
  readonly base: Sample
  /** During it. */
  readonly samples: readonly Sample[]
  /** When everybody had left. */
  readonly rest: Sample
}

/** The samples of the second half. */
export function secondHalf(samples: readonly Sample[]): readonly Sample[] {
  return samples.slice(Math.floor(samples.length / 2))
}

/** By how much a figure grew over the second half, and how much it may. */
export function growthIn(samples: readonly Sample[], figure: Figure): Growth {
  const half = secondHalf(samples)
  const { bytes, part } = allowances[figure]
  const isFilled = (half[0]?.atMs ?? 0) - (samples[0]?.atMs ?? 0) >= keptMs
  return {
    grown: growthOf(half.map((sample) => ({ x: sample.atMs, y: sample[figure] }))),
    allowed: Math.max(
      isFilled ? bytes : bytes + fillingBytes,
      part * meanOf(half.map((sample) => sample[figure])),
    ),
  }
}

/** How long the key of a publish is kept: until then memory fills. */
const keptMs = 5 * 60_000

export interface Growth {
  readonly grown: number
  readonly allowed: number
}

export type Figure = 'heldBytes' | 'residentBytes'

const mebibyte = 2 ** 20

/** What may come on top in a run that is too short for memory to have filled. */
const fillingBytes = 4 * mebibyte

// Pages that the allocator keeps to itself come and go in large steps.
const allowances: Readonly<Record<Figure, { readonly bytes: number; readonly part: number }>> = {
  heldBytes: { bytes: 2 * mebibyte, part: 0.05 },
  residentBytes: { bytes: 24 * mebibyte, part: 0.15 },
}

function judgeMemory(samples: readonly Sample[]): readonly string[] {
  return (['heldBytes', 'residentBytes'] as const).flatMap((figure) => {
    const { grown, allowed } = growthIn(samples, figure)
    if (grown <= allowed) return []
    return [
      `${names[figure]} has grown by ${inMebibytes(grown)} MiB in the second half, and ${inMebibytes(allowed)} MiB are allowed`,
    ]
  })
}

const names: Readonly<Record<Figure, string>> = {
  heldBytes: 'memory that is held after collecting garbage',
  residentBytes: 'resident memory',
}

/** As text, with one digit. */
export function inMebibytes(bytes: number): string {
  return (bytes / mebibyte).toFixed(1)
}

function judgeCounts(base: Sample, rest: Sample): readonly string[] {
  return Object.entries(rest.counts).flatMap(([name, count]) => {
    const before = base.counts[name] ?? 0
    if (count <= before + spareOf(name)) return []
    return [`${name}: ${count} when everybody had left, and ${before} before anybody came`]
  })
}

// A sweep that is due, a file that is just read: of the process, not of clients.
function spareOf(name: string): number {
  return /^(?:handles|file descriptors)/.test(name) ? 2 : 0
}
