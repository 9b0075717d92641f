/**
 * `npm start`: reads the options, starts the map, ends with it.
 *
 * Exit code 0 after SIGTERM or SIGINT, 1 when the map cannot start.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Argon2Thread } from './access/argon2-thread.ts'
import { firstAdminName } from './access/first-admin.ts'
import { type AttackMap, type BoundAddress, startAttackMap } from './attack-map.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { StartupError } from './startup-error.ts'

const webRoot = fileURLToPath(new URL('../web', import.meta.url))
const argon2Worker = new URL('./access/argon2-worker.js', import.meta.url)

await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<void> {
  try {
    const options = parseOptions(args)
    if (options === 'help') console.log(usage)
    else await run(options)
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    warn(error.message)
    process.exitCode = 1
  }
}

async function run(options: Options): Promise<void> {
  if (!existsSync(join(webRoot, 'index.html'))) {
    warn('the page is not built, only syslog and WebSocket work; run "npm run build"')
  }
  const map = await startAttackMap(options, {
    webRoot,
    passwords: new Argon2Thread(argon2Worker),
    now: Date.now,
    demoSeed: Date.now(),
    warn,
  })
  closeOnSignal(map)
  announce(map)
}

function announce(map: AttackMap): void {
  console.log(`syslog over UDP on ${authority(map.syslogUdp)}`)
  console.log(`syslog over TCP on ${authority(map.syslogTcp)}`)
  console.log(`geo file ${map.geoFile}`)
  console.log(`data folder ${map.dataFolder}`)
  if (map.oneTimePassword !== null) {
    console.log(
      `sign in at /login as ${firstAdminName} with the one-time password ${map.oneTimePassword}`,
    )
  }
  console.log(`listening on http://${authority(map.http)}`)
}

/** `127.0.0.1:8080`, `[::1]:8080`. */
function authority({ address, port }: BoundAddress): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function closeOnSignal(map: AttackMap): void {
  const close = (): void => {
    map.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', close)
  process.once('SIGINT', close)
}

function warn(message: string): void {
  console.error(`attack-map: ${message}`)
}
