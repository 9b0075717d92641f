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
  const samples = new Histogram([0.1, 1])
  for (const value of [0.05, 0.5, 0.5, 7]) samples.observe(value)
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
