/**
 * Opens the geo file the operator chose, or the one that comes along.
 */
import { StartupError } from '../startup-error.ts'
import { bundledGeoFile, GeoFile } from './geo-file.ts'

/** `path` null means the bundled file. `warn` hears of later versions that cannot be read. */
export async function openGeoFile(
  path: string | null,
  warn: (message: string) => void,
): Promise<GeoFile> {
  const file = path ?? bundledGeoFile()
  try {
    return await GeoFile.open(file, {
      onReloadFailed: (error) =>
        warn(`--geo ${file}: the new version cannot be read, the old one stays: ${error}`),
    })
  } catch (error) {
    throw new StartupError(`--geo ${file}: ${explain(error)}`, { cause: error })
  }
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file; give a MaxMind-format .mmdb file'
  if (code === 'EACCES') return 'the file may not be read; change its permissions'
  return 'this is not a MaxMind-format .mmdb file; give another one or leave --geo out'
}
