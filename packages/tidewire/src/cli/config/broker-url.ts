/** Which brokers there are, by the scheme of their URL, and which are still to come. */
const coming: ReadonlyMap<string, string> = new Map([
  ['redis:', 'Redis'],
  ['rediss:', 'Redis'],
  ['nats:', 'NATS'],
  ['kafka:', 'Kafka'],
])

/** What is wrong with a broker's URL; null when nothing is. Never holds more of it than its scheme. */
export function brokerProblem(url: string): string | null {
  if (url === 'memory:') return null
  const [scheme = ''] = /^[a-z][a-z\d+.-]*:/i.exec(url.toLowerCase()) ?? []
  const engine = coming.get(scheme)
  if (engine !== undefined) {
    return `the broker for ${engine} is not built yet; this version has "memory:", for one process`
  }
  return 'expected "memory:", the only broker of this version; Redis, NATS and Kafka are to come'
}
