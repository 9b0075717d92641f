import { rm } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { openAuditLog } from './audit-log.ts'

const signIn = { who: 'ada', what: 'sign-in', target: null, from: '192.0.2.1' } as const

function open(folder: TemporaryFolder, limits = {}) {
  const warnings: string[] = []
  const warn = (message: string) => warnings.push(message)
  return openAuditLog({ folder, now: () => 1, warn, ...limits }).then((log) => ({ log, warnings }))
}

describe('the audit log', () => {
  it('is one JSON object a line, for its owner only, and there after a restart', async () => {
    await using folder = await temporaryFolder()
    const { log } = await open(folder)
    await log.record(signIn)
    await log.record({ ...signIn, who: null, what: 'sign-in-refused', target: 'a"\n{}\u2028' })
    const lines = (await folder.read('audit.jsonl')).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).what)).toEqual(['sign-in', 'sign-in-refused'])
    expect(await folder.mode('audit.jsonl')).toBe(0o600)
    const { log: again } = await open(folder)
    expect(again.recent(10).map(({ what }) => what)).toEqual(['sign-in-refused', 'sign-in'])
    expect(again.recent(1)).toHaveLength(1)
  })

  it('keeps entries that are made at once in their order', async () => {
    await using folder = await temporaryFolder()
    const { log } = await open(folder)
    const targets = Array.from({ length: 50 }, (_, index) => String(index))
    await Promise.all(targets.map((target) => log.record({ ...signIn, target })))
    const lines = (await folder.read('audit.jsonl')).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).target)).toEqual(targets)
  })

  it('moves on to a new file when one is full, and drops the oldest', async () => {
    await using folder = await temporaryFolder()
    const limits = { maxBytes: 200, maxFiles: 3 }
    const { log } = await open(folder, limits)
    for (let count = 0; count < 20; count += 1) {
      await log.record({ ...signIn, target: String(count) })
    }
    expect(await folder.names()).toEqual(['audit.1.jsonl', 'audit.2.jsonl', 'audit.jsonl'])
    for (const name of await folder.names()) {
      expect(Buffer.byteLength(await folder.read(name))).toBeLessThanOrEqual(200)
    }
    const { log: again } = await open(folder, limits)
    await again.record({ ...signIn, target: 'after' })
    expect(again.recent(2).map(({ target }) => target)).toEqual(['after', '19'])
  })

  it('reads past a line that was cut off', async () => {
    await using folder = await temporaryFolder()
    await folder.write('audit.jsonl', `${JSON.stringify({ at: 1, ...signIn })}\n{"at":2,"wh`)
    const { log } = await open(folder)
    expect(log.recent(10)).toEqual([{ at: 1, ...signIn }])
  })

  it('tells when it cannot be written, and does not stop the work', async () => {
    const folder = await temporaryFolder()
    const { log, warnings } = await open(folder)
    await rm(folder.path, { recursive: true })
    await log.record(signIn)
    expect(warnings).toEqual([expect.stringContaining('the audit log cannot be written')])
    expect(log.recent(1)).toHaveLength(1)
  })

  it('tells whoever listens', async () => {
    await using folder = await temporaryFolder()
    const { log } = await open(folder)
    const heard: unknown[] = []
    log.onEntry((entry) => heard.push(entry))
    await log.record(signIn)
    expect(heard).toEqual([{ at: 1, ...signIn }])
  })
})
