export const visibilities = ['public', 'preferred', 'selected'] as const;
/** The resellers that can see an active offer. */
export type Visibility = (typeof visibilities)[number];

/** SQL condition that is true for teams that can be listed in `allowedResellers`. */
export const isReseller = "role IN ('reseller', 'hybrid')";
