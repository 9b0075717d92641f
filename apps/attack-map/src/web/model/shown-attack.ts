import type { AttackDetail } from '../../shared/operator-attack.ts'
import type { PublicAttack } from '../../shared/public-attack.ts'

/** An attack as this page got it: with its details for who is signed in, without for anybody else. */
export interface ShownAttack extends PublicAttack {
  readonly detail?: AttackDetail
}
