import { expect, it } from 'vitest'
import { operatorAttackSchema } from './channel-schemas.ts'
import { classify } from './classify.ts'
import { enrich } from './enrich/enriched-event.ts'
import { wholeAttack } from './whole-attack.ts'

const line = '<38>Dec 10 06:55:48 lab sshd[1]: Failed password for root from 1.2.3.4 port 5 ssh2'

function wholeWith(country: string | null) {
  const result = classify(line, { receivedAt: 0, demo: false })
  if (result.kind !== 'event') throw new Error(result.kind)
  const place = { country, latitude: 51.5142, longitude: -0.0931 }
  return wholeAttack(enrich(result.event, () => place))
}

it('is all of the event, as its schema has it', () => {
  const attack = wholeWith('GB')
  expect(attack).toMatchObject({
    from: { country: 'GB', latitude: 51.5142, longitude: -0.0931 },
    to: null,
    class: 'brute-force',
    detail: {
      attacker: { address: '1.2.3.4', port: 5 },
      victim: { address: null, port: null },
      user: 'root',
      device: 'lab',
      vendor: 'sshd',
      direction: 'inbound',
      service: 'ssh',
      signature: 'SSH login failed',
    },
  })
  expect(operatorAttackSchema.parse(attack)).toEqual(attack)
})

it('has a place also where no country is known', () => {
  const attack = wholeWith(null)
  expect(attack.from).toMatchObject({ country: 'ZZ', latitude: 51.5142 })
  expect(operatorAttackSchema.parse(attack)).toEqual(attack)
})
