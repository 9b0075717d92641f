import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { openSettings, settingsSchema } from './settings-file.ts'

const settings = {
  siteName: 'Harbour',
  home: { latitude: 53.5, longitude: 10 },
  silentAfterSeconds: 300,
}

it('have defaults, are kept, and told of', async () => {
  await using folder = await temporaryFolder()
  const file = await openSettings(folder)
  expect(file.current).toEqual({ siteName: 'Attack map', home: null, silentAfterSeconds: 60 })
  const heard: unknown[] = []
  file.onChanged((current) => heard.push(current))
  await file.replace(settings)
  expect(heard).toEqual([settings])
  expect((await openSettings(folder)).current).toEqual(settings)
})

it.each([
  { siteName: '' },
  { siteName: '   ' },
  { siteName: 'x'.repeat(61) },
  { home: { latitude: 91, longitude: 0 } },
  { home: { latitude: 0, longitude: -181 } },
  { home: { latitude: 0 } },
  { home: undefined },
  { silentAfterSeconds: 0 },
  { silentAfterSeconds: 5.5 },
  { silentAfterSeconds: '60' },
  { more: 1 },
])('are not %j', (wrong) => {
  expect(settingsSchema.safeParse({ ...settings, ...wrong }).success).toBe(false)
})
