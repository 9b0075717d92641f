// Tries deploy/Dockerfile without Docker: builds it, starts it with a Redis to look
// for, asks for its health as Docker does, and stops it. Fails where a line does, and
// where the image has other versions than the lockfile.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build, inside } from './dockerfile.js'

const context = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tidewire-image-'))

try {
  const image = build(join(context, 'deploy/Dockerfile'), { context, folder })
  compareVersions(image)
  await tryServing(image)
  console.log('the image is built, starts, is healthy and stops')
} finally {
  rmSync(folder, { recursive: true })
}

/** What runs is what was tested. */
function compareVersions({ workdir }) {
  const locked = packagesIn(join(context, 'package-lock.json'))
  const installed = packagesIn(join(workdir, 'node_modules/.package-lock.json'))
  for (const [path, { version }] of Object.entries(installed)) {
    const expected = locked[path]?.version
    if (path === 'node_modules/tidewire' || version === expected) continue
    throw new Error(`${path} is ${version} in the image and ${expected} in package-lock.json`)
  }
  if (!('node_modules/ioredis' in installed)) throw new Error('the image has no client of Redis')
}

function packagesIn(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}

async function tryServing(image) {
  const env = {
    PATH: process.env.PATH,
    ...image.env,
    // Not the outside of a container, but this machine alone.
    TIDEWIRE_HOST: '127.0.0.1',
    TIDEWIRE_PORT: String(await freePort()),
    TIDEWIRE_BROKER: 'redis://127.0.0.1:1',
  }
  mkdirSync(dirname(env.TIDEWIRE_CONFIG), { recursive: true })
  writeFileSync(env.TIDEWIRE_CONFIG, '{"channels":{"news":{"subscribe":"anyone"}}}')
  const run = (words) => {
    const [program, ...args] = words.map((word) =>
      word.startsWith('/') ? inside(image, word) : word,
    )
    return spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  }
  const server = run([...image.entrypoint, ...image.command])
  try {
    await firstLine(server, /^listening on /)
    await firstLine(run(image.healthcheck), /^ok$/)
    server.kill('SIGTERM')
    const [code] = await once(server, 'close')
    if (code !== 0) throw new Error(`the server ended with ${code}`)
  } finally {
    server.kill('SIGKILL')
  }
}

async function firstLine(child, expected) {
  const ended = once(child, 'close').then(([code]) => [`exit code ${code}`])
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended])
  if (!expected.test(line)) throw new Error(`expected ${expected}, got ${line}`)
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}
