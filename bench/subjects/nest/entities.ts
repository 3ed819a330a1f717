import { Entity, JoinColumn, ManyToOne } from 'typeorm';
import { Offer } from '../../../src/offers/offer.entity.js';
import { ApiKey } from '../../../src/teams/api-keys/api-key.entity.js';
import { Team } from '../../../src/teams/team.entity.js';

/* The service's entities with the relations that a typical TypeORM application would declare. */

@Entity('offers')
export class OfferEntity extends Offer {
  @ManyToOne(() => Team)
  @JoinColumn({ name: 'team_id' })
  provider: Team;
}

@Entity('api_keys')
export class ApiKeyEntity extends ApiKey {
  @ManyToOne(() => Team)
  @JoinColumn({ name: 'team_id' })
  team: Team;
}
