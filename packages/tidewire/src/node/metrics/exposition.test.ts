import { expect, it } from 'vitest'
import { Histogram } from '../../core/histogram.ts'
import { expositionOf } from './exposition.ts'

it('is a help, a type and a line a sample', () => {
  const text = expositionOf([
    {
      name: 'waves_total',
      kind: 'counter',
      help: 'Waves.',
      samples: [{ labels: { coast: 'west', size: 'big' }, value: 3 }, { value: 0.5 }],
    },
    { name: 'tides', kind: 'gauge', help: 'Tides.', samples: [] },
  ])
  expect(text).toBe(
    '# HELP waves_total Waves.\n# TYPE waves_total counter\n' +
      'waves_total{coast="west",size="big"} 3\nwaves_total 0.5\n' +
      '# HELP tides Tides.\n# TYPE tides gauge\n',
  )
})

it('adds up the buckets of a histogram', () => {
  const histogram = observed([0.05, 0.5, 0.5, 7])
  const samples = [{ histogram }]
  const text = expositionOf([{ name: 'wait_seconds', kind: 'histogram', help: 'Waits.', samples }])
  expect(text.split('\n').slice(2)).toEqual([
    'wait_seconds_bucket{le="0.1"} 1',
    'wait_seconds_bucket{le="1"} 3',
    'wait_seconds_bucket{le="+Inf"} 4',
    'wait_seconds_sum 8.05',
    'wait_seconds_count 4',
    '',
  ])
})

it('keeps histograms of one name apart by their labels, in every line', () => {
  const samples = [
    { labels: { of: 'a' }, histogram: observed([0.5]) },
    { labels: { of: 'b' }, histogram: observed([]) },
  ]
  const text = expositionOf([{ name: 'w', kind: 'histogram', help: 'W.', samples }])
  expect(text.split('\n')).toEqual([
    '# HELP w W.',
    '# TYPE w histogram',
    'w_bucket{of="a",le="0.1"} 0',
    'w_bucket{of="a",le="1"} 1',
    'w_bucket{of="a",le="+Inf"} 1',
    'w_sum{of="a"} 0.5',
    'w_count{of="a"} 1',
    'w_bucket{of="b",le="0.1"} 0',
    'w_bucket{of="b",le="1"} 0',
    'w_bucket{of="b",le="+Inf"} 0',
    'w_sum{of="b"} 0',
    'w_count{of="b"} 0',
    '',
  ])
})

it('escapes what would end a label, a help or a line', () => {
  const hostile = 'a"b\\c\nd'
  const samples = [{ labels: { text: hostile }, value: 1 }]
  const text = expositionOf([{ name: 'odd', kind: 'gauge', help: hostile, samples }])
  expect(text).toBe('# HELP odd a"b\\\\c\\nd\n# TYPE odd gauge\nodd{text="a\\"b\\\\c\\nd"} 1\n')
})

function observed(values: readonly number[]): Histogram {
  const histogram = new Histogram([0.1, 1])
  for (const value of values) histogram.observe(value)
  return histogram
}
