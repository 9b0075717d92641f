/**
 * Puts lines together out of pieces of text, however they were cut. The last one
 * of a text needs no end of its own: `end` hands it on.
 */
export function lineReader(onLine: (line: string) => void): LineReader {
  let rest = ''
  return {
    take(text) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      lines.forEach(onLine)
    },
    end() {
      if (rest !== '') onLine(rest)
    },
  }
}

export interface LineReader {
  take(text: string): void
  end(): void
}
