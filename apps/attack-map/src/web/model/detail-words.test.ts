import { expect, it } from 'vitest'
import type { AttackDetail } from '../../shared/operator-attack.ts'
import { detailWords } from './detail-words.ts'

const detail: AttackDetail = {
  attacker: { address: '1.2.3.4', port: 5 },
  victim: { address: null, port: null },
  user: null,
  device: null,
  vendor: 'sshd',
  direction: 'inbound',
  service: null,
  signature: null,
}

it.each([
  [{}, '1.2.3.4', ''],
  [{ device: 'lab' }, '1.2.3.4 → lab', ''],
  [{ device: 'lab', victim: { address: '10.0.0.1', port: 22 } }, '1.2.3.4 → 10.0.0.1', ''],
  [{ attacker: { address: null, port: null }, device: 'lab' }, 'unknown address → lab', ''],
  [{ signature: 'SSH login failed' }, '1.2.3.4', 'SSH login failed'],
  [{ signature: 'SSH login failed', user: 'root' }, '1.2.3.4', 'as root'],
])('%j', (fields, route, note) => {
  expect(detailWords({ ...detail, ...fields })).toEqual({ route, note })
})
