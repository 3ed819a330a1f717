export const visibilities = ['public', 'preferred', 'selected'] as const;
/** Which resellers can see an active offer. */
export type Visibility = (typeof visibilities)[number];

/** SQL condition on a team that can be listed in `allowedResellers`. */
export const isReseller = "role IN ('reseller', 'hybrid')";
