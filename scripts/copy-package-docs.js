// npm packs only what is inside the package: what the repository keeps at its
// root and users of the package need is copied there before packing.
import { copyFileSync } from 'node:fs'

for (const file of ['README.md', 'PROTOCOL.md', 'LICENSE']) {
  copyFileSync(
    new URL(`../${file}`, import.meta.url),
    new URL(`../packages/tidewire/${file}`, import.meta.url),
  )
}
