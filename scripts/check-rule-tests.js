// Fails for a rule of PROTOCOL.md that no test is named after.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const testFiles = /^(packages\/[^/]+\/(test|src)|apps\/[^/]+\/test)\/.*\.(test|test-d)\.tsx?$/

const rules = readRules(readFileSync('PROTOCOL.md', 'utf8'))
const named = new Set(listFiles().flatMap((file) => rulesNamedIn(readFileSync(file, 'utf8'))))

const untested = rules.filter(({ number, isBuilt }) => isBuilt && !named.has(number))
for (const { number, text } of untested) {
  console.error(`${number} has no test whose name starts with it: ${text}`)
}
const unknown = [...named].filter((number) => !rules.some((rule) => rule.number === number))
for (const number of unknown) {
  console.error(`a test is named ${number}, and PROTOCOL.md has no such rule`)
}
if (rules.length === 0) console.error('PROTOCOL.md has no rule that looks like "- P-020 …"')
process.exitCode = rules.length > 0 && untested.length + unknown.length === 0 ? 0 : 1

/** The numbered rules; one marked `(not yet)` right after its number is not built. */
function readRules(markdown) {
  return [...markdown.matchAll(/^- (P-\d{3}) (.*)$/gm)].map(([, number, text]) => ({
    number,
    text: text.length > 80 ? `${text.slice(0, 80)}…` : text,
    isBuilt: !/^\W*\(not yet\)/.test(text),
  }))
}

function rulesNamedIn(source) {
  // The name is a call's first argument: test('P-020 …'), or that of what each() answered.
  return [...source.matchAll(/(?:\b(?:test|it|describe)(?:\.\w+)*|\))\(\s*['"`](P-\d{3})\b/g)].map(
    ([, number]) => number,
  )
}

function listFiles() {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    encoding: 'utf8',
  })
  return listed.split('\n').filter((file) => testFiles.test(file) && existsSync(file))
}
