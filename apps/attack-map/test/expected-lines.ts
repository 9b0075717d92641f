/**
 * The lines of a `beats-elv2` log, each with what others expect to read in it.
 */
import { readShared } from './shared-data.ts'

/** Flat ECS fields; only those that the tests compare. */
export interface Expected {
  readonly 'log.offset': number
  readonly 'source.ip'?: string
  readonly 'source.port'?: number
  readonly 'source.geo.location.lat'?: number
  readonly 'source.geo.location.lon'?: number
  readonly 'destination.ip'?: string
  readonly 'destination.port'?: number
  readonly 'destination.geo.location.lat'?: number
  readonly 'destination.geo.location.lon'?: number
}

/** One line of a log and its expectation. */
export interface ExpectedLine {
  readonly text: string
  readonly expected: Expected
}

/** Joins `<name>` and `<name>-expected.json` by byte offset. */
export function readExpectedLines(name: string): readonly ExpectedLine[] {
  const log = readShared(`beats-elv2/${name}`)
  const entries: readonly Expected[] = JSON.parse(
    readShared(`beats-elv2/${name}-expected.json`).toString('utf8'),
  )
  return entries.map((expected) => {
    const start = expected['log.offset']
    const end = log.indexOf('\n', start)
    const text = log.toString('utf8', start, end === -1 ? log.length : end)
    return { text, expected }
  })
}
