/**
 * The line counts in Prometheus' text format.
 */
import type { LineCounts } from '../shared/stats.ts'
import type { LineCounter, LineOutcome } from './counts.ts'
import type { SourceKind } from './ingest/line-sink.ts'

const kinds: readonly SourceKind[] = ['udp', 'tcp', 'demo']
const outcomes: readonly LineOutcome[] = ['parsed', 'unparsed', 'filtered', 'dropped']

/** The content type Prometheus expects. */
export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8'

/** What `/metrics` answers. */
export function renderMetrics(counter: LineCounter): string {
  const counts = kinds.map((kind) => [kind, counter.ofKind(kind)] as const)
  return [
    '# HELP attack_map_lines_received_total Syslog lines received, by source.',
    '# TYPE attack_map_lines_received_total counter',
    ...counts.map(([kind, { received }]) => receivedSample(kind, received)),
    '# HELP attack_map_lines_total What became of syslog lines, by source and outcome.',
    '# TYPE attack_map_lines_total counter',
    ...counts.flatMap(([kind, lines]) => outcomeSamples(kind, lines)),
    '',
  ].join('\n')
}

function receivedSample(kind: SourceKind, received: number): string {
  return `attack_map_lines_received_total{source="${kind}"} ${received}`
}

function outcomeSamples(kind: SourceKind, lines: LineCounts): readonly string[] {
  return outcomes.map(
    (outcome) => `attack_map_lines_total{source="${kind}",outcome="${outcome}"} ${lines[outcome]}`,
  )
}
