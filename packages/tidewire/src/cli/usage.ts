import { readFileSync } from 'node:fs'

/** The version of the package, from its own manifest. */
export function version(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}

/** What `--help` prints: one screen, 80 columns. */
export function helpText(): string {
  return `tidewire ${version()}  real-time channels over WebSocket

Usage
  tidewire serve --config FILE --port N [--host H]

Options
  -c, --config FILE  channels, auth and limits: JSON, or a .js or .mjs module
  -p, --port N       port to listen on; 0 takes a free one
      --host H       address to listen on; default 127.0.0.1, this machine only
  -h, --help         this text
  -v, --version      the version

Config
  {
    "auth": { "mode": "optional", "jwt": { "secret": "32 bytes or more" } },
    "channels": {
      "chat:{room}": {
        "subscribe": "anyone",
        "publish": "authenticated",
        "history": { "size": 100 }
      }
    }
  }`
}
