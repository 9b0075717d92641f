import { fileURLToPath } from 'node:url'
import { createServer, type Plugin } from 'vite'
import type { MakeEngineBroker } from '../../src/testing/index.ts'

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
  /** A seed that finds it as the product is today, where that takes many: it is tried first. */
  readonly seed?: number
}

/**
 * Runs seeds on a mutant until one fails, the mutant's own before all others.
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
    // What these modules export, with the bug in one of them.
    const { simulate } = (await server.ssrLoadModule(
      '/src/testing/simulation/simulate.ts',
    )) as Simulation
    const { MemoryBroker } = (await server.ssrLoadModule('/src/brokers/memory.ts')) as Brokers
    const makeBroker: MakeEngineBroker = (ports) => new MemoryBroker(ports)
    return await firstFailure((seed) => simulate(seed, { makeBroker }), seedsFor(mutant, maxSeeds))
  } finally {
    await server.close()
  }
}

type Simulation = typeof import('../../src/testing/simulation/simulate.ts')
type Brokers = typeof import('../../src/brokers/memory.ts')

async function firstFailure(
  run: (seed: number) => Promise<unknown>,
  seeds: Iterable<number>,
): Promise<Error | null> {
  for (const seed of seeds) {
    try {
      await run(seed)
    } catch (failure) {
      return failure instanceof Error ? failure : new Error(String(failure))
    }
  }
  return null
}

function* seedsFor({ seed }: Mutant, maxSeeds: number): Iterable<number> {
  if (seed !== undefined) yield seed
  for (let next = 1; next <= maxSeeds; next += 1) yield next
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
