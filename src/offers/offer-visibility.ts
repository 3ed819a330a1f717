export const visibilities = ['public', 'preferred', 'selected'] as const;
/** Which resellers see an active offer. */
export type Visibility = (typeof visibilities)[number];

/** SQL by which a team may be among the resellers who see an offer. */
export const isReseller = "role IN ('reseller', 'hybrid')";
