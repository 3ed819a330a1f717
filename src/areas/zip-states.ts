/**
 * Ranges of ZIP code prefixes (the first three digits) by state. Sources: United States Postal Service,
 * Publication 28, and list L002 of three-digit ZIP code prefixes in the Domestic Mail Manual. Ranges are
 * inclusive; unassigned prefixes have no state. AA, AE and AP denote military mail.
 */
const ranges = `
PR 006-007 PR 009-009 VI 008-008 MA 010-027 MA 055-055 RI 028-029 NH 030-038 ME 039-049 VT 050-054 VT 056-059
CT 060-069 NY 005-005 NJ 070-089 AE 090-098 NY 100-149 PA 150-196 DE 197-199 DC 200-200 DC 202-205
DC 569-569 VA 201-201 VA 220-246 MD 206-212 MD 214-219 WV 247-268 NC 270-289 SC 290-299 GA 300-319 GA 398-399
FL 320-339 FL 341-342 FL 344-344 FL 346-347 FL 349-349 AA 340-340 AL 350-352 AL 354-369 TN 370-385 MS 386-397
KY 400-427 OH 430-459 IN 460-479 MI 480-499 IA 500-516 IA 520-528 WI 530-532 WI 534-535 WI 537-549 MN 550-551
MN 553-567 SD 570-577 ND 580-588 MT 590-599 IL 600-620 IL 622-629 MO 630-631 MO 633-641 MO 644-658 KS 660-662
KS 664-679 NE 680-681 NE 683-693 LA 700-701 LA 703-708 LA 710-714 AR 716-729 OK 730-731 OK 734-741 OK 743-749
TX 733-733 TX 750-770 TX 772-799 TX 885-885 CO 800-816 WY 820-831 ID 832-838 UT 840-847 AZ 850-853 AZ 855-857
AZ 859-860 AZ 863-865 NM 870-871 NM 873-875 NM 877-884 NV 889-891 NV 893-895 NV 897-898 CA 900-908 CA 910-928
CA 930-961 AP 962-966 HI 967-968 GU 969-969 OR 970-979 WA 980-986 WA 988-994 AK 995-999`;

const stateByPrefix = new Map<string, string>();
for (const [, state = '', from, to] of ranges.matchAll(/([A-Z]{2}) (\d{3})-(\d{3})/g))
  for (let prefix = Number(from); prefix <= Number(to); prefix += 1)
    stateByPrefix.set(String(prefix).padStart(3, '0'), state);

/** All codes that stateOf() can return: states, territories and military mail. */
export const states = [...new Set(stateByPrefix.values()), 'AS', 'MP', 'FM', 'MH', 'PW'].toSorted();

/** ZIP codes whose state differs from the state of their prefix (source: USPS). */
const exceptions: Record<string, string> = {
  '06390': 'NY',
  '20588': 'MD',
  '20598': 'VA',
  '73960': 'TX',
  '83414': 'WY',
  '96799': 'AS',
  '96941': 'FM',
  '96942': 'FM',
  '96943': 'FM',
  '96944': 'FM',
  '96950': 'MP',
  '96951': 'MP',
  '96952': 'MP',
  '96960': 'MH',
  '96970': 'MH',
  '96939': 'PW',
  '96940': 'PW',
};

/** ZIP codes whose state does not follow from their first three digits. */
export const zipCodesOfOtherStates: readonly string[] = Object.keys(exceptions);

/** Returns the state of a five-digit ZIP code; undefined if its prefix is not assigned. */
export const stateOf = (zip: string): string | undefined =>
  exceptions[zip] ?? stateByPrefix.get(zip.slice(0, 3));

/**
 * Returns the first five digits of a ZIP or ZIP+4 code (94102-1234 -> 94102); undefined for any other text.
 */
export function zipOf(text: string): string | undefined {
  return /^(\d{5})(-\d{4})?$/.exec(text)?.[1];
}

/** Returns the entries through which an area can cover a ZIP code: the ZIP code itself and its state. */
export function placesOf(zip: string): string[] {
  const state = stateOf(zip);
  return state ? [zip, state] : [zip];
}
