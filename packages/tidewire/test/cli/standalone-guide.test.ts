import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { connectRaw } from '../support/raw-client.ts'
import { startCli } from './cli-process.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const program = join(root, 'packages/tidewire/bin/tidewire.js')
const run = promisify(execFile)

/** The five minutes of the guide, block by block and in order. */
test('the guide to the standalone server runs as it stands', async () => {
  const guide = await readFile(join(root, 'docs/guide/standalone.md'), 'utf8')
  await mkdir(join(root, '.artifacts'), { recursive: true })
  const folder = await mkdtemp(join(root, '.artifacts', 'standalone-'))
  const [secret = '', token = '', ...inShell] = blocksOf(guide, 'sh')
  await writeFile(join(folder, 'tidewire.json'), blocksOf(guide, 'json')[0] ?? '')
  await run('bash', ['-euc', secret], { cwd: folder })
  await using server = startCli('serve', '--config', `${folder}/tidewire.json`, '--port', '0')
  const url = (await server.nextLine()).replace('listening on ', '')
  const here = (code: string) =>
    code.replaceAll('http://127.0.0.1:3000', url).replaceAll('npx tidewire', `node ${program}`)
  const made = await run('bash', ['-euc', `${here(token)}\necho $TIDEWIRE_TOKEN`], { cwd: folder })
  const environment = { ...process.env, TIDEWIRE_URL: url, TIDEWIRE_TOKEN: made.stdout.trim() }

  // What wscat sends.
  const headers = { Authorization: `Bearer ${environment.TIDEWIRE_TOKEN}` }
  await using byHand = await connectRaw(`${url.replace('http', 'ws')}/ws`, { headers })
  const [, typed = ''] = /^> (\{.*\})$/m.exec(guide) ?? []
  expect(await byHand.ask(JSON.parse(typed))).toMatchObject({ type: 'ack', channel: 'inbox:ada' })

  const options = { cwd: folder, env: environment }
  const { stdout } = await run('bash', ['-euc', here(inShell.join('\n'))], options)
  expect(stdout).toContain('"payload":{"title":"hello"}')
  await writeFile(join(folder, 'sdk.mjs'), webSocketHere(blocksOf(guide, 'js')[0] ?? '', url))
  const sdk = await run(process.execPath, ['sdk.mjs'], options)
  expect(sdk.stdout).toBe('from the shell\nfrom the SDK\n')
  await rm(folder, { recursive: true })
})

function blocksOf(guide: string, language: string): readonly string[] {
  const blocks = guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))
  return [...blocks].map(([, code = '']) => code)
}

function webSocketHere(code: string, url: string): string {
  return code.replaceAll('ws://127.0.0.1:3000', url.replace('http', 'ws'))
}
