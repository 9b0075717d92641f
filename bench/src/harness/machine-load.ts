import { readFileSync } from 'node:fs'

/**
 * How busy the whole machine has been since it was started, in CPU ms over all
 * cores, time stolen by a hypervisor included. What is not of the bench's own
 * processes disturbs the figures, so it is printed beside them.
 */
export function machineBusyMs(): number {
  return busyTicksIn(readFileSync('/proc/stat', 'utf8')) * msPerTick
}

/** Ticks of the first line of `/proc/stat` that are neither idle nor waiting. */
export function busyTicksIn(stat: string): number {
  const [, ...fields] = (stat.split('\n', 1)[0] ?? '').trim().split(/\s+/)
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, stolen = 0] = fields.map(Number)
  return user + nice + system + irq + softIrq + stolen
}

const msPerTick = 10
