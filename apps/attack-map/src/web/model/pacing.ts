/**
 * When an attack's arc takes off.
 *
 * The server sends attacks in batches; arcs that start together look like a
 * pulse that nobody sent. Live attacks are spread over one batch window. Of the
 * history that fills a new page only the last seconds fly, one after the other.
 */

/** The window the server gathers events in, so one batch has flown before the next arrives. */
const batchWindowMs = 100

/** Older than this on arrival is history, not traffic. */
const historyFromMs = 1500

/** Of the history, how much is drawn. */
const historyDrawnMs = 6000

/** How much faster than it happened the history is drawn. */
const historySpeed = 3

/**
 * How long after its arrival an attack takes off, in ms; null when it is too old to draw.
 *
 * @param ageMs how old it was when it arrived, by the server's clock
 * @param chance 0 to below 1
 */
export function takeOffDelayMs(ageMs: number, chance: number): number | null {
  if (ageMs < historyFromMs) return chance * batchWindowMs
  if (ageMs > historyDrawnMs) return null
  return (historyDrawnMs - ageMs) / historySpeed + chance * batchWindowMs
}
