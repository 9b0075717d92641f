import { readFileSync } from 'node:fs'

/**
 * What a process has used, as the kernel counts it: the same for Node, Go and C,
 * and without asking the process, which may be too busy to answer.
 */
export interface ProcessUsage {
  /** User and system time of all threads since the start, in ms; in steps of 10. */
  readonly cpuMs: number
  /** Resident memory, in bytes. */
  readonly rssBytes: number
}

/** Reads a process's usage. Linux only; throws when there is no such process. */
export function usageOf(pid: number): ProcessUsage {
  return {
    cpuMs: cpuTicksIn(readFileSync(`/proc/${pid}/stat`, 'utf8')) * msPerTick,
    rssBytes: rssPagesIn(readFileSync(`/proc/${pid}/statm`, 'utf8')) * pageBytes,
  }
}

/** User and system ticks in the text of `/proc/<pid>/stat`. */
export function cpuTicksIn(stat: string): number {
  // The second field is the program's name in brackets and may hold anything,
  // brackets and spaces too; after the last bracket come numbers only.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

/** Resident pages in the text of `/proc/<pid>/statm`. */
export function rssPagesIn(statm: string): number {
  return Number(statm.split(' ')[1])
}

// USER_HZ is 100 on every Linux port Node runs on; pages are 4 KiB on x86-64 and
// on the usual arm64 kernels.
const msPerTick = 10
const pageBytes = 4096
