import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Where an installed program is, or null. Looks beyond PATH where Debian puts
 * servers: it is on root's PATH only.
 */
export function findProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null
}

/** Where an installed program is. @throws Error when it is not installed. */
export function programPath(name: string): string {
  const path = findProgram(name)
  if (path === null) throw new Error(`${name} is not installed`)
  return path
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
