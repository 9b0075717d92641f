import type { Counters } from '../../core/counters.ts'
import type { Metric, Sample } from './exposition.ts'

/**
 * What a node says of itself. Each metric has a row in docs/reference/metrics.md;
 * a test compares the two.
 */
export function nodeMetrics(state: NodeState): readonly Metric[] {
  return [...gauges(state), ...traffic(state.counters), ...troubles(state.counters)]
}

/** A node at a moment. */
export interface NodeState {
  readonly counters: Readonly<Counters>
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
      'tidewire_flushes_total',
      'Channels flushed to readers in step.',
      one(counters.flushes),
    ),
    counter(
      'tidewire_deliveries_total',
      'Events × readers in step they were sent to.',
      one(counters.deliveries),
    ),
    counter(
      'tidewire_bytes_delivered_total',
      'Bytes of frames × readers in step, before compression.',
      one(counters.bytesDelivered),
    ),
    {
      name: 'tidewire_events_per_flush',
      kind: 'histogram',
      help: 'Events that left a channel at once.',
      samples: counters.eventsPerFlush,
    },
    {
      name: 'tidewire_pass_seconds',
      kind: 'histogram',
      help: 'How long passes of the pump took.',
      samples: counters.passSeconds,
    },
    counter(
      'tidewire_recoveries_total',
      'Subscriptions that came with a position, by what became of it.',
      samplesOf('result', counters.recoveries),
    ),
    counter(
      'tidewire_credentials_total',
      'Credentials looked at, by what became of them.',
      samplesOf('result', counters.credentials),
    ),
  ]
}

function troubles(counters: Readonly<Counters>): readonly Metric[] {
  return [
    counter('tidewire_gaps_total', 'Gaps told, by reason.', samplesOf('reason', counters.gaps)),
    counter('tidewire_events_missed_total', 'Events those gaps stand for.', one(counters.missed)),
    counter(
      'tidewire_rate_limited_total',
      'Frames, pings and pongs over a rate.',
      one(counters.rateLimited),
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
      'Connections there was no room for, by whose limit it was.',
      samplesOf('limit', counters.refusedConnections),
    ),
  ]
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, kind: 'gauge', help, samples }
}

function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, kind: 'counter', help, samples }
}

function one(value: number): readonly Sample[] {
  return [{ value }]
}

function samplesOf(label: string, values: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }))
}
