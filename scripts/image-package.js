// Prints the package.json of the image, for deploy/Dockerfile: Tidewire as it was
// packed, the client of Redis that its broker asks for, and all they depend on in the
// versions of the lockfile, which are those that were tested.
import { readFileSync } from 'node:fs'

const lockfile = new URL('../package-lock.json', import.meta.url)
const { packages } = JSON.parse(readFileSync(lockfile, 'utf8'))
const versions = {}

function take(name) {
  if (name in versions) return
  const { version, dependencies = {} } = packages[`node_modules/${name}`]
  versions[name] = version
  for (const each of Object.keys(dependencies)) take(each)
}

for (const name of Object.keys(packages['packages/tidewire'].dependencies)) take(name)
take('ioredis')

const dependencies = { tidewire: 'file:tidewire.tgz', ioredis: versions.ioredis }
console.log(JSON.stringify({ private: true, dependencies, overrides: versions }, null, 2))
