import type { Histogram } from '../../core/histogram.ts'

/**
 * Metrics as Prometheus reads them: its text format, version 0.0.4.
 */
export type Metric = NumberMetric | HistogramMetric

/** A number, or a few of them that labels tell apart. */
export interface NumberMetric extends Described {
  readonly kind: 'counter' | 'gauge'
  readonly samples: readonly Sample[]
}

/** How often something was how large. */
export interface HistogramMetric extends Described {
  readonly kind: 'histogram'
  readonly samples: readonly HistogramSample[]
}

interface Described {
  /** With its unit at the end: `tidewire_pass_seconds`; counters end in `_total`. */
  readonly name: string
  /** One line: what it means. */
  readonly help: string
}

/** One number, and what tells it from its neighbours. */
export interface Sample {
  readonly labels?: Labels
  readonly value: number
}

/** One histogram, and what tells it from its neighbours. */
interface HistogramSample {
  readonly labels?: Labels
  readonly histogram: Histogram
}

/** Few, and of few values each: never a user, an address or a channel. */
type Labels = Readonly<Record<string, string>>

/** What Prometheus expects to be told of the text. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** The text. */
export function expositionOf(metrics: readonly Metric[]): string {
  return metrics.map(blockOf).join('')
}

function blockOf(metric: Metric): string {
  const { name, kind, help } = metric
  return [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${kind}`, ...linesOf(metric), ''].join(
    '\n',
  )
}

function linesOf(metric: Metric): readonly string[] {
  const { name } = metric
  if (metric.kind === 'histogram') return metric.samples.flatMap((one) => histogramLines(name, one))
  return metric.samples.map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`)
}

// Buckets are cumulative: each holds all below its bound.
function histogramLines(
  name: string,
  { labels = {}, histogram: { bounds, counts, sum } }: HistogramSample,
): readonly string[] {
  let total = 0
  const buckets = counts.map((count, index) => {
    total += count
    return `${name}_bucket${labelText({ ...labels, le: String(bounds[index] ?? '+Inf') })} ${total}`
  })
  const own = labelText(labels)
  return [...buckets, `${name}_sum${own} ${sum}`, `${name}_count${own} ${total}`]
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([label, value]) => `${label}="${escaped(value).replaceAll('"', '\\"')}"`,
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

// What would end a line, or begin an escape.
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}
