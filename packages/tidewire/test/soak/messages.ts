import type { Uncaught } from '../fuzz/watched-process.ts'
import type { Sample } from './sample.ts'

/** What the soak asks of the server's process, and what that tells. */
export type ServerQuestion =
  /** Collect the garbage and say what is held. */
  | { readonly ask: 'sample'; readonly isThorough: boolean }
  /** Publish no more; the answer is the last number that was published. */
  | { readonly ask: 'quiet' }

export type ServerTold =
  | { readonly told: 'listening'; readonly port: number; readonly apiToken: string }
  | { readonly told: 'sample'; readonly sample: Sample }
  | { readonly told: 'quiet'; readonly last: number }
  /** Something nobody caught; the process ends. */
  | Uncaught

/** What it asks of the process that makes the load. */
export type LoadQuestion =
  | { readonly ask: 'begin'; readonly target: Target; readonly seed: number }
  /** Begin nothing new, and say what was done when the last is over. */
  | { readonly ask: 'end' }

export type LoadTold = { readonly told: 'done'; readonly crews: readonly CrewReport[] } | Uncaught

/** The server, as its clients need to know it. */
export interface Target {
  readonly port: number
  /** Of a backend that may everything. */
  readonly apiToken: string
}

/** What one kind of client did. */
export interface CrewReport {
  readonly name: string
  /** How often it came, and left again. */
  readonly visits: number
  /** Refusals, errors and ends it met, by what they were. */
  readonly outcomes: Readonly<Record<string, number>>
}
