import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { Scenario } from '../harness/scenario.ts'

/** What a browser downloads to connect: bundled, minified, gzip. */
export const clientSize: Scenario = {
  name: 'client-size',
  title: 'client in a browser bundle: esbuild, minified, gzip',
  async run() {
    const sizes = await Promise.all(
      clients.map(async (client) => [client, await sizeOf(client)] as const),
    )
    const ours = sizes.find(([{ from }]) => from === 'tidewire/client')?.[1].gzip ?? Number.NaN
    return {
      columns: ['client', 'minified kB', 'gzip kB'],
      rows: sizes.map(([{ from }, { minified, gzip }]) => [from, minified / 1_000, gzip / 1_000]),
      goals: [{ goal: '≤ 6 kB', reached: `${(ours / 1_000).toFixed(2)} kB`, isMet: ours <= 6_000 }],
      raw: sizes.map(([{ from }, size]) => ({ from, ...size })),
    }
  },
}

/** The clients, and what an application that only connects imports of each. */
const clients = [
  { from: 'tidewire/client', name: 'connect' },
  { from: 'phoenix', name: 'Socket' },
  { from: 'socket.io-client', name: 'io' },
  { from: 'centrifuge', name: 'Centrifuge' },
] as const

type Client = (typeof clients)[number]

async function sizeOf({ from, name }: Client) {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${name} } from '${from}'`, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
  })
  const bytes = outputFiles[0]?.contents ?? new Uint8Array()
  return { minified: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length }
}
