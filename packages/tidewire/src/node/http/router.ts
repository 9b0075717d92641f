import type { Route } from './route.ts'

/**
 * Finds the routes of a path. A `{channel}` is everything up to the last part
 * that a route names, because channel names may have slashes; any other name in
 * braces is one part of the path. What does not decode is no path of anybody.
 */
export class Router {
  readonly #places: readonly Place[]

  constructor(routes: readonly Route[]) {
    const paths = new Set(routes.map(({ path }) => path))
    this.#places = [...paths].map((path) => ({
      shape: shapeOf(path),
      names: [...path.matchAll(paramShape)].map((match) => match[1] ?? ''),
      routes: routes.filter((route) => route.path === path),
    }))
  }

  /** What there is at a path, as it stands in the request; null for nothing. */
  find(path: string): Found | null {
    for (const { shape, names, routes } of this.#places) {
      const match = shape.exec(path)
      if (match === null) continue
      const values = names.map((_, index) => decoded(match[index + 1] ?? ''))
      return {
        routes,
        params: Object.fromEntries(names.map((name, at) => [name, values[at] ?? ''])),
      }
    }
    return null
  }
}

/** The routes of one path, by method, and what stands in it. */
export interface Found {
  readonly routes: readonly Route[]
  readonly params: Readonly<Record<string, string>>
}

interface Place {
  readonly shape: RegExp
  readonly names: readonly string[]
  readonly routes: readonly Route[]
}

const paramShape = /\{(\w+)\}/g

function shapeOf(path: string): RegExp {
  const parts = path.split(paramShape)
  // split() with one group alternates text, name, text, …
  const body = parts.map((part, index) => {
    if (index % 2 === 0) return part.replaceAll(/[.+*?^$()[\]|\\]/g, '\\$&')
    return part === 'channel' ? '(.+)' : '([^/]+)'
  })
  return new RegExp(`^${body.join('')}$`)
}

// Decoded once and never again. What is no UTF-8 becomes a text that is no name
// of anything, so that whoever reads it says what is wrong.
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
