import { allowedStatuses, canMove, offerStatuses, type OfferStatus } from '../../src/offers/offer-status.js';

const transitions: Record<OfferStatus, OfferStatus[]> = {
  draft: ['active', 'inactive', 'archived'],
  active: ['inactive', 'archived'],
  inactive: ['draft', 'active', 'archived'],
  archived: [],
};

describe.each(offerStatuses)('a change from %s', (from) => {
  it.each(offerStatuses)('to %s is allowed only where documented', (to) => {
    expect(canMove(from, to)).toBe(from === to || transitions[from].includes(to));
  });

  it('lists the allowed statuses', () => {
    expect([...allowedStatuses(from)].toSorted()).toEqual(transitions[from].toSorted());
  });
});
