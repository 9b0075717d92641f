// Builds a Dockerfile without Docker: each stage is a folder that stands for `/`, COPY
// lines copy into it and RUN lines run in it. What needs an image or rights is left
// out; an instruction that is not known here is refused, so that none goes untried.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Runs all instructions, with stages below a folder; answers with the last stage. */
export function build(dockerfile, { context, folder }) {
  const stages = []
  const instructions = instructionsFor({ dockerfile, context, folder })
  for (const { word, rest } of instructionsOf(readFileSync(dockerfile, 'utf8'))) {
    const instruct = instructions[word]
    if (instruct === undefined) throw new Error(`${word}: nobody here knows this instruction`)
    instruct(stages, rest)
  }
  return stages.at(-1)
}

function instructionsOf(text) {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'))
  const joined = lines.join('\n').replaceAll(/\\\n/g, ' ').split('\n')
  return joined
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? []
      return { word, rest }
    })
}

/** Where a path of a stage is on this machine. */
export function inside({ root, workdir }, path) {
  return path.startsWith('/') ? join(root, path) : join(workdir, path)
}

const leftOut = () => undefined

const instructionsFor = ({ dockerfile, context, folder }) => ({
  FROM(stages, rest) {
    const root = join(folder, String(stages.length))
    const name = / AS (\w+)$/.exec(rest)?.[1]
    stages.push({
      name,
      root,
      workdir: root,
      env: {},
      entrypoint: [],
      command: [],
      healthcheck: [],
    })
  },
  WORKDIR(stages, rest) {
    const stage = stages.at(-1)
    stage.workdir = inside(stage, rest)
    mkdirSync(stage.workdir, { recursive: true })
  },
  COPY(stages, rest) {
    const [, from, paths] = /^(?:--from=(\w+)\s+)?(.*)$/.exec(rest)
    const words = paths.split(/\s+/)
    const stage = stages.at(-1)
    const target = inside(stage, words.at(-1))
    mkdirSync(words.at(-1).endsWith('/') ? target : dirname(target), { recursive: true })
    if (rest === '. .') return copyContext({ dockerfile, context, target })
    const source = stages.find(({ name }) => name === from)
    const sources = words.slice(0, -1).map((word) => (source ? inside(source, word) : word))
    // Two folders are one afterwards, as with Docker.
    sh(`for f in ${sources.join(' ')}; do [ -d "$f" ] && f="$f/."; cp -R "$f" '${target}'; done`, {
      cwd: context,
    })
  },
  RUN(stages, rest) {
    const { workdir, env } = stages.at(-1)
    console.log(`RUN ${rest.replaceAll(/\s+/g, ' ')}`)
    sh(rest, { cwd: workdir, env: { ...process.env, ...npmSettings, ...env } })
  },
  ENV(stages, rest) {
    const stage = stages.at(-1)
    for (const [, name, value] of rest.matchAll(/(\w+)=(\S+)/g)) {
      stage.env[name] = value.startsWith('/') ? inside(stage, value) : value
    }
  },
  ENTRYPOINT(stages, rest) {
    stages.at(-1).entrypoint = JSON.parse(rest)
  },
  CMD(stages, rest) {
    stages.at(-1).command = JSON.parse(rest)
  },
  HEALTHCHECK(stages, rest) {
    stages.at(-1).healthcheck = JSON.parse(rest.slice(rest.indexOf('[')))
  },
  USER: leftOut,
  EXPOSE: leftOut,
  STOPSIGNAL: leftOut,
})

function copyContext({ dockerfile, context, target }) {
  const ignored = readFileSync(`${dockerfile}.dockerignore`, 'utf8').split('\n').filter(Boolean)
  const excludes = ignored.map((pattern) =>
    // To tar a name alone is one in any folder.
    pattern.startsWith('**/') ? `--exclude='${pattern.slice(3)}'` : `--exclude='./${pattern}'`,
  )
  sh(`tar -c ${excludes.join(' ')} . | tar -x -C '${target}'`, { cwd: context })
}

function sh(script, options) {
  const { status } = spawnSync('sh', ['-c', script], { stdio: 'inherit', ...options })
  if (status !== 0) throw new Error(`exit code ${status}: ${script}`)
}

/** What npm has fetched before is not fetched again, and not every file is listed. */
const npmSettings = { npm_config_prefer_offline: 'true', npm_config_loglevel: 'error' }
