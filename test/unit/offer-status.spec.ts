import { allowedStatuses, canMove, offerStatuses, type OfferStatus } from '../../src/offers/offer-status.js';

const table: Record<OfferStatus, OfferStatus[]> = {
  draft: ['active', 'inactive', 'archived'],
  active: ['inactive', 'archived'],
  inactive: ['draft', 'active', 'archived'],
  archived: [],
};

describe.each(offerStatuses)('from %s', (from) => {
  it.each(offerStatuses)('to %s', (to) => {
    expect(canMove(from, to)).toBe(from === to || table[from].includes(to));
  });

  it('lists where it may go', () => {
    expect([...allowedStatuses(from)].toSorted()).toEqual(table[from].toSorted());
  });
});
