import type { Counters } from '../../core/counters.ts'
import type { Histogram } from '../../core/histogram.ts'
import type { HistogramMetric, Metric, NumberMetric, Sample } from './exposition.ts'
import { limitsHit } from './limits-hit.ts'
import type { BrokerMeter, BrokerMeters, MeasuredBroker } from './measured-broker.ts'

/**
 * What a node says of itself. Each metric has a row in docs/reference/metrics.md;
 * a test compares the two.
 */
export function nodeMetrics(state: NodeState): readonly Metric[] {
  const { counters, broker } = state
  return [
    ...gauges(state),
    ...traffic(counters),
    ...delivery(counters),
    ...brokerMetrics(broker.meters),
    counter(
      'tidewire_broker_interruptions_total',
      'How often events may have been lost on their way here, and were looked for in history.',
      one(broker.interruptions),
    ),
    gauge(
      'tidewire_broker_reachable',
      '1 while the engine of the broker can be reached, as far as is known.',
      one(Number(broker.isReachable)),
    ),
    ...troubles(counters),
  ]
}

/** A node at a moment. */
export interface NodeState {
  readonly counters: Readonly<Counters>
  readonly broker: Pick<MeasuredBroker, 'meters' | 'interruptions' | 'isReachable'>
  /** Open connections, by transport. */
  readonly connections: Readonly<Record<string, number>>
  readonly channels: number
  readonly readersBehind: number
  /** Handshakes that wait for the event loop. */
  readonly waitingToEnter: number
  readonly loopDelayMs: number
  readonly isDraining: boolean
}

function gauges(state: NodeState): readonly Metric[] {
  return [
    gauge('tidewire_connections', 'Open connections.', samplesOf('transport', state.connections)),
    gauge('tidewire_channels', 'Channels that are read on this node.', one(state.channels)),
    gauge(
      'tidewire_readers_behind',
      'Subscriptions that are not in step: they catch up, or have just begun.',
      one(state.readersBehind),
    ),
    gauge(
      'tidewire_handshakes_waiting',
      'Handshakes that wait until the event loop is on time.',
      one(state.waitingToEnter),
    ),
    gauge(
      'tidewire_event_loop_delay_seconds',
      'How late the event loop is.',
      one(state.loopDelayMs / 1_000),
    ),
    gauge('tidewire_draining', '1 while the node takes nobody new.', one(Number(state.isDraining))),
  ]
}

function traffic(counters: Readonly<Counters>): readonly Metric[] {
  return [
    counter('tidewire_frames_received_total', 'Frames from clients.', one(counters.framesReceived)),
    counter(
      'tidewire_bytes_received_total',
      'Bytes of messages from clients.',
      one(counters.bytesReceived),
    ),
    counter(
      'tidewire_frames_sent_total',
      'Frames given to links, by who they were made for.',
      samplesOf('audience', counters.framesSent),
    ),
    counter(
      'tidewire_bytes_sent_total',
      'Bytes of frames given to links, before compression, by who they were made for.',
      samplesOf('audience', counters.bytesSent),
    ),
  ]
}

function delivery(counters: Readonly<Counters>): readonly Metric[] {
  return [
    counter(
      'tidewire_flushes_total',
      'Channels flushed to readers in step.',
      one(counters.flushes),
    ),
    counter(
      'tidewire_deliveries_total',
      'Events × readers they were sent to, by whether all in step got them at once or one alone.',
      samplesOf('audience', { 'in-step': counters.deliveries, alone: counters.deliveriesAlone }),
    ),
    histogram(
      'tidewire_events_per_flush',
      'Events that left a channel at once.',
      counters.eventsPerFlush,
    ),
    histogram(
      'tidewire_flush_delay_seconds',
      'From the arrival of the oldest event of a flush at this node to the flush.',
      counters.flushDelaySeconds,
    ),
    histogram('tidewire_pass_seconds', 'How long passes of the pump took.', counters.passSeconds),
    counter(
      'tidewire_recoveries_total',
      'Subscriptions that came with a position, by what became of it.',
      samplesOf('result', counters.recoveries),
    ),
    counter('tidewire_gaps_total', 'Gaps told, by reason.', samplesOf('reason', counters.gaps)),
    counter('tidewire_events_missed_total', 'Events those gaps stand for.', one(counters.missed)),
  ]
}

function brokerMetrics(meters: BrokerMeters): readonly Metric[] {
  const operations = Object.entries(meters)
  const byOperation = (numberOf: (meter: BrokerMeter) => number): readonly Sample[] =>
    operations.map(([operation, meter]) => ({ labels: { operation }, value: numberOf(meter) }))
  return [
    {
      name: 'tidewire_broker_operation_seconds',
      kind: 'histogram',
      help: 'How long the broker took to answer, failures included.',
      samples: operations.map(([operation, { seconds }]) => ({
        labels: { operation },
        histogram: seconds,
      })),
    },
    counter(
      'tidewire_broker_failures_total',
      'What the broker was asked for and did not do.',
      byOperation(({ failures }) => failures),
    ),
    gauge(
      'tidewire_broker_pending',
      'What the broker was asked for and has not answered yet.',
      byOperation(({ pending }) => pending),
    ),
  ]
}

function troubles(counters: Readonly<Counters>): readonly Metric[] {
  return [
    counter(
      'tidewire_credentials_total',
      'Credentials looked at, by what became of them.',
      samplesOf('result', counters.credentials),
    ),
    counter(
      'tidewire_limits_hit_total',
      'How often a limit was hit, by the name of its option.',
      samplesOf('limit', limitsHit(counters)),
    ),
    counter(
      'tidewire_errors_total',
      'Errors answered, by code.',
      samplesOf('code', counters.errors),
    ),
    counter(
      'tidewire_connections_closed_total',
      'Connections the node has ended, by the name of the close code.',
      samplesOf('cause', counters.closed),
    ),
    counter(
      'tidewire_connections_refused_total',
      'Connections that were not let in, by why.',
      samplesOf('reason', counters.refusedConnections),
    ),
  ]
}

function gauge(name: string, help: string, samples: readonly Sample[]): NumberMetric {
  return { name, kind: 'gauge', help, samples }
}

function counter(name: string, help: string, samples: readonly Sample[]): NumberMetric {
  return { name, kind: 'counter', help, samples }
}

function histogram(name: string, help: string, observed: Histogram): HistogramMetric {
  return { name, kind: 'histogram', help, samples: [{ histogram: observed }] }
}

function one(value: number): readonly Sample[] {
  return [{ value }]
}

function samplesOf(label: string, values: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }))
}
