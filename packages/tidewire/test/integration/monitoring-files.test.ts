import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { startServer } from '../support/start-server.ts'

/** deploy/grafana and deploy/prometheus ask for what a server tells, by names and labels it has. */
let served: ServedMetrics

beforeAll(async () => {
  await using server = await startServer()
  served = servedIn(server.tide.metrics())
})

describe('the dashboard', () => {
  const dashboard: Dashboard = JSON.parse(file('deploy/grafana/tidewire.json'))
  const panels = dashboard.panels.filter(({ type }) => type !== 'row')
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))

  test('has the shape that Grafana imports', () => {
    expect(dashboard).toMatchObject({
      id: null,
      uid: 'tidewire',
      title: 'Tidewire',
      schemaVersion: 39,
      editable: true,
      time: { from: expect.any(String), to: 'now' },
      annotations: { list: expect.any(Array) },
      templating: { list: expect.any(Array) },
    })
    expect('__inputs' in dashboard).toBe(false)
  })

  test('lets one choose the data source, the job and the nodes', () => {
    const { list } = dashboard.templating
    expect(list.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'datasource datasource',
      'job query',
      'instance query',
    ])
    expect(list[0]).toMatchObject({ query: 'prometheus' })
    const used = new Set(JSON.stringify(dashboard).match(/\$\{?[a-z]\w+/g))
    expect(used).toEqual(new Set(['$job', '$instance', '${datasource']))
  })

  test('has its rows in this order, each with something in it', () => {
    const types = dashboard.panels.map(({ type, title }) => (type === 'row' ? title : 'panel'))
    expect(types.filter((title) => title !== 'panel')).toEqual([
      'Traffic',
      'Delivery',
      'Health',
      'Trouble',
    ])
    types.push('end')
    for (const [index, title] of types.slice(0, -1).entries()) {
      if (title !== 'panel') expect(types[index + 1]).toBe('panel')
    }
  })

  test('says of each panel what it shows, and in which unit', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
    for (const panel of panels) {
      expect(panel).toMatchObject({
        title: expect.stringMatching(/^[A-Z]/),
        description: expect.stringMatching(/^[A-Z0-9].{10,}\.$/),
        datasource,
        fieldConfig: { defaults: { unit: expect.stringMatching(/^(short|s|Bps|bytes|ops)$/) } },
      })
      const refs = panel.targets?.map(({ refId }) => refId) ?? []
      expect(refs.length).toBeGreaterThan(0)
      expect(new Set(refs).size).toBe(refs.length)
      for (const target of panel.targets ?? []) expect(target).toMatchObject({ datasource })
    }
  })

  test('lays its panels out side by side, none over another', () => {
    const taken = new Set<string>()
    for (const { gridPos, title } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x} ${y}`), `${title} at ${x} ${y}`).toBe(false)
          taken.add(`${x} ${y}`)
        }
      }
    }
  })

  test('asks for metrics that are served, by labels they have', () => {
    expect(queries.flatMap(mistakesIn)).toEqual([])
  })

  test('asks for the nodes that were chosen only', () => {
    for (const query of queries) {
      for (const selector of query.matchAll(/tidewire_\w+(\{[^}]*\})?/g)) {
        expect(selector[1], query).toContain('{job=~"$job",instance=~"$instance"')
      }
    }
  })

  test('shows everything that is served', () => {
    const shown = new Set(queries.flatMap(metricsIn))
    expect([...served.keys()].filter((name) => !shown.has(name))).toEqual([])
  })
})

describe('the alerts', () => {
  const text = file('deploy/prometheus/alerts.yml')
  const rules = text.split(/^ {6}- alert: /m).slice(1)

  test('ask for metrics that are served, by labels they have', () => {
    const queries = rules.map((rule) => /^ {8}expr: (.+)$/m.exec(rule)?.[1] ?? 'no expr')
    expect(queries.length).toBeGreaterThan(5)
    expect(queries.flatMap(mistakesIn)).toEqual([])
  })

  test('say each how bad it is and what it is', () => {
    for (const rule of rules) {
      expect(rule).toMatch(/^Tidewire[A-Z]\w+\n/)
      expect(rule).toMatch(/^ {8}labels:\n {10}severity: (warning|critical)$/m)
      expect(rule).toMatch(/^ {8}annotations:\n {10}summary: \S.+$/m)
    }
  })

  test('name in their texts only labels that are left in their answers', () => {
    for (const rule of rules) {
      const query = /expr: (.+)/.exec(rule)?.[1] ?? ''
      const left = /\bby \(([^)]*)\)/.exec(query)?.[1]?.split(', ') ?? []
      const whole = [...targetLabels, ...metricsIn(query).flatMap((name) => [...labelsOf(name)])]
      const known = left.length > 0 ? left : whole
      for (const [, label = ''] of rule.matchAll(/\$labels\.(\w+)/g)) {
        expect(known, `${label} in ${rule}`).toContain(label)
      }
    }
  })
})

test('a query with a mistake in it is found', () => {
  const mistakes = [
    'rate(tidewire_flushed_total[5m])',
    'rate(tidewire_channels[5m])',
    'tidewire_gaps_total',
    'tidewire_channels{room="a"}',
    'sum by (room) (rate(tidewire_gaps_total[5m]))',
    'rate(tidewire_gaps_total{reason="BORED"}[5m])',
    'rate(tidewire_gaps_total{reason=~"SLOW_READER|BORED"}[5m])',
    'rate(tidewire_pass_seconds[5m])',
    'rate(tidewire_flushes_total_bucket[5m])',
    'histogram_quantile(0.9, rate(tidewire_flush_delay_seconds_sum[5m]))',
    'histogram_quantile(0.9, sum by (instance) (rate(tidewire_flush_delay_seconds_bucket[5m])))',
  ]
  for (const mistake of mistakes) expect(mistakesIn(mistake), mistake).not.toEqual([])
})

/** Metrics by name: what kind each is, and which values its labels have. */
type ServedMetrics = ReadonlyMap<string, ServedMetric>

interface ServedMetric {
  readonly kind: string
  readonly labels: Map<string, Set<string>>
}

function servedIn(text: string): ServedMetrics {
  const metrics = new Map<string, ServedMetric>()
  for (const [, name = '', kind = ''] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    metrics.set(name, { kind, labels: new Map() })
  }
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)\{(.*)\} /gm)) {
    const metric = metrics.get(name) ?? metrics.get(familyOf(name))
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
      const values = metric?.labels.get(label) ?? new Set()
      metric?.labels.set(label, values.add(value))
    }
  }
  return metrics
}

function mistakesIn(query: string): readonly string[] {
  const selectors = [...query.matchAll(/(rate\(|increase\()?(tidewire_\w+)(?:\{([^}]*)\})?/g)]
  return [
    ...selectors.flatMap(([, change, name = '', matchers = '']) => [
      ...mistakesOfSeries(name, change !== undefined),
      ...mistakesOfMatchers(name, matchers),
    ]),
    ...mistakesOfGroups(query),
    ...mistakesOfQuantiles(query),
  ].map((mistake) => `${mistake} in ${query}`)
}

function mistakesOfSeries(series: string, isChange: boolean): readonly string[] {
  const metric = metricOf(series)
  const isHistogram = metric?.kind === 'histogram'
  if (metric === undefined || isHistogram === served.has(series)) return [`no series ${series}`]
  // What only grows says something by its change alone; what goes up and down does not.
  return isChange === (metric.kind === 'gauge') ? [`${series} is a ${metric.kind}`] : []
}

function mistakesOfMatchers(series: string, matchers: string): readonly string[] {
  return [...matchers.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].flatMap(
    ([, label = '', operator = '', value = '']) => {
      if (targetLabels.includes(label)) return []
      const known = labelsOf(series)
      const values = operator.endsWith('~') ? value.split('|') : [value]
      const told = metricOf(series)?.labels.get(label)
      if (!known.has(label)) return [`no label ${label}`]
      return values.filter((one) => !told?.has(one)).map((one) => `no ${label} ${one}`)
    },
  )
}

function mistakesOfGroups(query: string): readonly string[] {
  const known = new Set([
    ...targetLabels,
    ...metricsIn(query).flatMap((name) => [...labelsOf(name)]),
  ])
  return [...query.matchAll(/\b(?:by|on|group_left|without) \(([^)]*)\)/g)]
    .flatMap(([, labels = '']) => labels.split(', '))
    .filter((label) => !known.has(label))
    .map((label) => `no label ${label}`)
}

function mistakesOfQuantiles(query: string): readonly string[] {
  if (!query.startsWith('histogram_quantile')) return []
  const isRight = /^histogram_quantile\(0\.\d+, sum by \([^)]*\ble\) \(rate\(\w+_bucket/.test(query)
  return isRight ? [] : ['a quantile needs the buckets by le']
}

function metricsIn(query: string): readonly string[] {
  return [...query.matchAll(/tidewire_\w+/g)].map(([series]) =>
    served.has(series) ? series : familyOf(series),
  )
}

function metricOf(series: string): ServedMetric | undefined {
  return served.get(series) ?? served.get(familyOf(series))
}

function labelsOf(series: string): ReadonlySet<string> {
  return new Set(metricOf(series)?.labels.keys())
}

function familyOf(series: string): string {
  return series.replace(/_(bucket|sum|count)$/, '')
}

/** What Prometheus adds to everything it scrapes. */
const targetLabels = ['job', 'instance']

const datasource = { type: 'prometheus', uid: expect.stringMatching(/^\$\{datasource\}$/) }

function file(path: string): string {
  return readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')
}

/** What is looked at here of Grafana's classic model. */
interface Dashboard {
  readonly panels: readonly Panel[]
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string }[]
  }
}

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[]
}
