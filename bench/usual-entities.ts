import { Entity, JoinColumn, ManyToOne } from 'typeorm';
import { Offer } from '../src/offers/offer.entity.js';
import { ApiKey } from '../src/teams/api-keys/api-key.entity.js';
import { Team } from '../src/teams/team.entity.js';

/* The entities of the service, with the relations that one would give them. */

@Entity('offers')
export class UsualOffer extends Offer {
  @ManyToOne(() => Team)
  @JoinColumn({ name: 'team_id' })
  provider: Team;
}

@Entity('api_keys')
export class UsualKey extends ApiKey {
  @ManyToOne(() => Team)
  @JoinColumn({ name: 'team_id' })
  team: Team;
}
