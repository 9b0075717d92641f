import { attack } from './attack.ts'
import { describeCase, type FuzzCase } from './fuzz-case.ts'
import { ServerUnderFire } from './server-under-fire.ts'
import { shrink } from './shrink.ts'
import { stallMs } from './stall-watch.ts'

/**
 * Which of several cases it was, told by running each again, alone, against a
 * server of its own.
 */

/** Whether the server does not survive a case. Run more than once: some deaths are a matter of moments. */
export async function kills(suspect: FuzzCase): Promise<boolean> {
  await using server = await ServerUnderFire.start()
  for (let run = 0; run < runsForDeath && server.failure === null; run += 1) {
    await attack(server.port, suspect)
  }
  // What a case leaves behind may go off when its timers do.
  await server.state().catch(() => undefined)
  return server.failure !== null
}

/** Whether a case holds the event loop up whenever it is run: once is the machine's doing, or the first run's. */
export async function stalls(suspect: FuzzCase): Promise<boolean> {
  await using server = await ServerUnderFire.start()
  for (let run = 0; run < runsForStalls; run += 1) {
    await server.takeStall()
    await attack(server.port, suspect)
    const ms = await server.takeStall()
    if (run > 0 && ms < stallMs) return false
  }
  return true
}

/**
 * The first guilty one as text, in the least form that was found in time; null
 * when none of them is, alone, or there was no time to tell.
 */
export async function findGuilty(
  suspects: readonly FuzzCase[],
  isGuilty: (suspect: FuzzCase) => Promise<boolean>,
): Promise<string | null> {
  const deadline = performance.now() + patienceMs
  const isGuiltyInTime = async (suspect: FuzzCase) =>
    performance.now() < deadline ? isGuilty(suspect) : null
  for (const suspect of suspects) {
    if (await isGuiltyInTime(suspect)) return describeCase(await shrink(suspect, isGuiltyInTime))
  }
  return null
}

const runsForDeath = 10
const runsForStalls = 3
const patienceMs = 60_000
