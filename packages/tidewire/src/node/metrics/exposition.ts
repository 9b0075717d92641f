import type { Histogram } from '../../core/histogram.ts'

/**
 * Metrics as Prometheus reads them: its text format, version 0.0.4.
 */
export interface Metric {
  /** With its unit at the end: `tidewire_pass_seconds`; counters end in `_total`. */
  readonly name: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  /** One line: what it means. */
  readonly help: string
  readonly samples: readonly Sample[] | Histogram
}

/** One number, and what tells it from its neighbours. */
export interface Sample {
  readonly labels?: Labels
  readonly value: number
}

/** Few, and of few values each: never a user, an address or a channel. */
type Labels = Readonly<Record<string, string>>

/** What Prometheus expects to be told of the text. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** The text. */
export function expositionOf(metrics: readonly Metric[]): string {
  return metrics.map(blockOf).join('')
}

function blockOf({ name, kind, help, samples }: Metric): string {
  const lines = 'counts' in samples ? histogramLines(name, samples) : sampleLines(name, samples)
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines, ''].join('\n')
}

function sampleLines(name: string, samples: readonly Sample[]): readonly string[] {
  return samples.map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`)
}

// Buckets are cumulative: each holds all below its bound.
function histogramLines(name: string, { bounds, counts, sum }: Histogram): readonly string[] {
  let total = 0
  const buckets = counts.map((count, index) => {
    total += count
    return `${name}_bucket${labelText({ le: String(bounds[index] ?? '+Inf') })} ${total}`
  })
  return [...buckets, `${name}_sum ${sum}`, `${name}_count ${total}`]
}

// Values come from tables of our own; only a backslash, a quote or a line end would need an escape.
function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}
