import { newId } from '../../common/new-id.js';
import type { Caller } from '../../teams/caller.js';
import { validate } from '../../validation/validate.js';
import { unassessed } from '../assessment/assessment-columns.js';
import type { StoredOffer } from '../offer-columns.js';
import { CreateOffer } from '../offers.dto.js';
import { defaults, resolveFields } from './resolve-fields.js';

/** Converts the request body into the offer to store, which is yet to be assessed. @throws ValidationFailed listing every invalid field */
export function parseNewOffer(team: Caller, body: unknown, now: Date): StoredOffer {
  const base = { ...defaults, currency: team.currency };
  const { columns, area = null } = resolveFields(validate(CreateOffer, body), base);
  const managed = { id: newId(), teamId: team.id, feed: null, version: 1 };
  return Object.assign(columns, managed, {
    area,
    createdAt: now,
    updatedAt: now,
    assessment: unassessed,
  });
}
