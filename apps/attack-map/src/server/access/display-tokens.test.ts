import { describe, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { openDisplayTokens } from './display-tokens.ts'

const lobby = { label: ' Lobby ', view: 'operator', createdBy: 'ada' } as const
const open = (folder: TemporaryFolder) => openDisplayTokens(folder, () => 1)

describe('display tokens', () => {
  it('are found after a restart, and are not in the file', async () => {
    await using folder = await temporaryFolder()
    const { token, id } = await (await open(folder)).create(lobby)
    expect(await folder.read('displays.json')).not.toContain(token)
    expect(await folder.mode('displays.json')).toBe(0o600)
    const again = await open(folder)
    expect(again.find(token)).toEqual({
      id,
      label: 'Lobby',
      view: 'operator',
      createdAt: 1,
      createdBy: 'ada',
    })
    expect(JSON.stringify(again.list())).not.toContain('Hash')
  })

  it('are no other text', async () => {
    await using folder = await temporaryFolder()
    const displays = await open(folder)
    const { token, id } = await displays.create(lobby)
    for (const text of ['', 'amd_', id, token.slice(1), `${token}x`, token.toUpperCase()]) {
      expect(displays.find(text)).toBeNull()
    }
  })

  it('are revoked one by one, and told of', async () => {
    await using folder = await temporaryFolder()
    const displays = await open(folder)
    const [first, second] = [await displays.create(lobby), await displays.create(lobby)]
    const revoked: string[] = []
    displays.onRevoked((id) => revoked.push(id))
    await displays.revoke(first.id)
    expect(revoked).toEqual([first.id])
    expect(displays.find(first.token)).toBeNull()
    expect(displays.find(second.token)).not.toBeNull()
    await expect(displays.revoke(first.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it.each(['', '  ', 'x'.repeat(61)])('have a label, not %j', async (label) => {
    await using folder = await temporaryFolder()
    const displays = await open(folder)
    await expect(displays.create({ ...lobby, label })).rejects.toMatchObject({ code: 'INVALID' })
  })
})
