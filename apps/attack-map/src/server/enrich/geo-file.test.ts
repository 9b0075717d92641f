import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeWithSharedData, sharedPath } from '../../../test/shared-data.ts'
import { StartupError } from '../startup-error.ts'
import { bundledGeoFile, GeoFile } from './geo-file.ts'
import { openGeoFile } from './open-geo-file.ts'

const ignore = (): void => {}

describe('the bundled geo file', () => {
  it('locates public addresses of both families by country', async () => {
    const geo = await openGeoFile(null, ignore)
    expect(geo.locate('8.8.8.8')).toEqual({ country: 'US', latitude: 39.5, longitude: -98.4 })
    expect(geo.locate('2a00:1450::1')?.country).toBe('IE')
    geo.close()
  })

  it('has no place for an address nobody has', async () => {
    const geo = await openGeoFile(null, ignore)
    expect(geo.locate('240.0.0.1')).toBeNull()
    expect(geo.locate('fe80::1%eth0')).toBeNull()
    geo.close()
  })
})

describe('a geo file that cannot be used', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'geo-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is named with its option when it is missing', async () => {
    const opening = openGeoFile(join(folder, 'none.mmdb'), ignore)
    await expect(opening).rejects.toThrow(StartupError)
    await expect(opening).rejects.toThrow(/^--geo .*none\.mmdb: there is no such file/)
  })

  it.each([
    ['empty', ''],
    ['text', 'hello'],
    ['gzip', '\x1f\x8b\x08\x00'],
  ])('is named with its option when it is %s', async (_what, content) => {
    const path = join(folder, 'broken.mmdb')
    await writeFile(path, content, 'latin1')
    await expect(openGeoFile(path, ignore)).rejects.toThrow(/^--geo .*: this is not a MaxMind/)
  })

  it('is named with its option when it is a folder', async () => {
    await expect(openGeoFile(folder, ignore)).rejects.toThrow(StartupError)
  })
})

describeWithSharedData('a geo file that changes', () => {
  const city = sharedPath('maxmind-testdb-mit/GeoLite2-City-Test.mmdb')
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'geo-'))
    path = join(folder, 'geo.mmdb')
    await copyFile(bundledGeoFile(), path)
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is read again by itself', async () => {
    let onReloaded: () => void = ignore
    const reloaded = new Promise<void>((resolve) => {
      onReloaded = resolve
    })
    const geo = await GeoFile.open(path, { onReloaded: () => onReloaded(), pollMs: 20 })
    expect(geo.locate('81.2.69.143')?.latitude).toBe(53)
    await copyFile(city, path)
    await reloaded
    expect(geo.locate('81.2.69.143')?.latitude).toBe(51.5142)
    geo.close()
  })

  it('stays as it was when the new version is broken', async () => {
    const errors: unknown[] = []
    const geo = await GeoFile.open(path, { onReloadFailed: (error) => errors.push(error) })
    await writeFile(path, 'broken')
    await geo.reload()
    expect(errors).toHaveLength(1)
    expect(geo.locate('8.8.8.8')?.country).toBe('US')
    geo.close()
  })
})
