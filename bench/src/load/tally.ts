import { Histogram } from '../harness/histogram.ts'

/** What the connections of a load process have seen since the last reset. */
export class Tally {
  events = 0
  frames = 0
  /** Deflated frames that were not looked into: sampled connections tell what such a frame holds. */
  uncountedFrames = 0
  bytes = 0
  reads = 0
  /** Close frames from the server, and sockets it ended. */
  closed = 0
  sampledFrames = 0
  /** Events that sampled connections found in the bytes. */
  found = 0
  /** Events the same connections counted the cheap way. */
  countedBySampled = 0
  /** Events that sampled connections should have had before a later one. */
  missed = 0
  /** Events that came twice or too late on a sampled connection. */
  disordered = 0
  /** From when an event was due until a sampled connection had it, in µs. */
  readonly latency = new Histogram()

  /** Begins anew. */
  reset(): void {
    this.events = 0
    this.frames = 0
    this.uncountedFrames = 0
    this.bytes = 0
    this.reads = 0
    this.closed = 0
    this.sampledFrames = 0
    this.found = 0
    this.countedBySampled = 0
    this.missed = 0
    this.disordered = 0
    this.latency.reset()
  }
}
