import { fileURLToPath } from 'node:url'
import { createServer, type Plugin } from 'vite'

/**
 * A small bug, put into one line of the product while it is loaded: the files
 * stay as they are.
 */
export interface Mutant {
  /** What the product does with it. */
  readonly name: string
  /** Below `src/`. */
  readonly file: string
  /** The line, without its indent, or two to tell it from others; it must be there exactly once. */
  readonly line: string
  readonly becomes: string
}

/** The simulation over a product with one bug. */
export type SimulateMutant = (seed: number) => Promise<void>

/**
 * Runs seeds on a mutant until one fails.
 *
 * @returns the failure; null when all passed.
 */
export async function hunt(mutant: Mutant, maxSeeds: number): Promise<Error | null> {
  const server = await createServer({
    configFile: false,
    root: packageFolder,
    logLevel: 'silent',
    appType: 'custom',
    server: { middlewareMode: true, watch: null, ws: false, hmr: false },
    optimizeDeps: { noDiscovery: true, include: [] },
    plugins: [mutation(mutant)],
  })
  try {
    const { run } = await server.ssrLoadModule('/test/simulation/run-seed.ts')
    // What that module exports.
    return await firstFailure(run as SimulateMutant, maxSeeds)
  } finally {
    await server.close()
  }
}

async function firstFailure(run: SimulateMutant, maxSeeds: number): Promise<Error | null> {
  for (let seed = 1; seed <= maxSeeds; seed += 1) {
    try {
      await run(seed)
    } catch (failure) {
      return failure instanceof Error ? failure : new Error(String(failure))
    }
  }
  return null
}

const packageFolder = fileURLToPath(new URL('../..', import.meta.url))

function mutation({ file, line, becomes }: Mutant): Plugin {
  return {
    name: 'mutation',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith(`/src/${file}`)) return null
      const text = code.replaceAll(/^ +/gm, '')
      const pieces = text.split(`\n${line}\n`)
      if (pieces.length === 2) return pieces.join(`\n${becomes}\n`)
      throw new Error(`${file} has ${pieces.length - 1} times ${JSON.stringify(line)}, not once`)
    },
  }
}
