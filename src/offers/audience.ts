export const visibilities = ['public', 'preferred', 'selected'] as const;
/** Which resellers see an active offer. */
export type Visibility = (typeof visibilities)[number];
