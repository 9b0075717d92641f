/** What the server's process holds at a moment. */
export interface Sample {
  /** Since the process began, in ms. */
  readonly atMs: number
  /** Heap and what lies outside of it (buffers), after the garbage is gone. */
  readonly heldBytes: number
  /** Of the whole process. */
  readonly residentBytes: number
  /** What there is to be counted, by name: `handles Timeout`, `timers on the wheel`, `objects Connection`. */
  readonly counts: Readonly<Record<string, number>>
  /** What has happened since the start: numbers that only grow. */
  readonly totals: Totals
}

export interface Totals {
  /** CPU time of the process, all threads; ms. */
  readonly cpuMs: number
  readonly frames: number
  readonly deliveries: number
  readonly events: number
  readonly closed: number
  readonly refused: number
}
