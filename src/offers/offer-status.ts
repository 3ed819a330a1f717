export const offerStatuses = ['draft', 'active', 'inactive', 'archived'] as const;
export type OfferStatus = (typeof offerStatuses)[number];

/** The statuses to which each status can change; archived is final. */
const next: Record<OfferStatus, readonly OfferStatus[]> = {
  draft: ['active', 'inactive', 'archived'],
  active: ['inactive', 'archived'],
  inactive: ['active', 'draft', 'archived'],
  archived: [],
};

export const allowedStatuses = (from: OfferStatus): readonly OfferStatus[] => next[from];

export const canMove = (from: OfferStatus, to: OfferStatus) => from === to || next[from].includes(to);

/** Fields that can still be changed in an archived offer: the provider's internal notes. */
export const editableWhenArchived: readonly string[] = ['metadata', 'internalName', 'internalDescription'];
