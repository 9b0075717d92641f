// Fails for a source file that has grown beyond one concept.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const maxLines = 400

const files = execFileSync(
  'git',
  ['ls-files', '-co', '--exclude-standard', '*.ts', '*.js', '*.css'],
  {
    encoding: 'utf8',
  },
)
const tooLong = files
  .split('\n')
  .filter((file) => file !== '' && existsSync(file))
  .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
  .filter(({ lines }) => lines > maxLines)

for (const { file, lines } of tooLong) {
  console.error(
    `${file}: ${lines} lines, ${maxLines} at most: cut it where the second concept begins`,
  )
}
process.exitCode = tooLong.length === 0 ? 0 : 1
