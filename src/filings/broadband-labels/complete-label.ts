import type { Cells } from '../../offers/files/formats/cells.js';

/*
 * What a regulator requires in a file of labels beyond what an import has read, or what a provider has entered.
 */

const planId = /^([FM])(\d{10})([A-Z0-9]{1,15})$/;
const planPartLength = 15;

/** The offers that the file lists have an identifier of this form. The same pattern for Postgres. */
export const planIdPattern = '^[FM][0-9]{10}[A-Z0-9]{1,15}$';

/** What is known about the offer of a row beside its cells. */
export interface LabelOrigin {
  /** Name of the team, for labels that do not name the provider. */
  provider: string;
  /** The day of the last change of the offer, `YYYY-MM-DD`. */
  changedOn: string;
}

/** Returns an identifier with exactly 26 characters: zeros fill the ID of the plan (FCC 22-86). */
function fullPlanId(id = '') {
  const [, type, frn = '', plan = ''] = planId.exec(id) ?? [];
  return type === undefined ? undefined : { type, frn, id: type + frn + plan.padStart(planPartLength, '0') };
}

/** Completes a row in the FCC's format; undefined if its plan identifier is malformed. */
export function completeFccLabel(cells: Cells, { provider }: LabelOrigin): Cells | undefined {
  const id = fullPlanId(cells.unique_plan_id);
  if (!id) return undefined;
  return {
    ...cells,
    unique_plan_id: id.id,
    provider_name: cells.provider_name ?? provider,
    connection_type: cells.connection_type ?? (id.type === 'M' ? 'Mobile' : 'Fixed'),
    customer_support_phone: withoutPlus(cells.customer_support_phone),
  };
}

/** Completes a row in the format bblabel-1; undefined if its plan identifier is malformed. */
export function completeBblabel(cells: Cells, { provider, changedOn }: LabelOrigin): Cells | undefined {
  const id = fullPlanId(cells.unique_plan_identifier);
  if (!id) return undefined;
  return {
    ...cells,
    date_published: cells.date_published ?? changedOn,
    regulator_name: cells.regulator_name ?? 'FCC',
    regulator_version_number: cells.regulator_version_number ?? '01',
    connection_type: cells.connection_type ?? (id.type === 'M' ? 'mobile' : 'fixed'),
    fcc_registration_number: cells.fcc_registration_number ?? id.frn,
    unique_plan_identifier: id.id,
    provider_name: cells.provider_name ?? provider,
    customer_support_phone: digitsOf(cells.customer_support_phone),
    country_code: cells.country_code ?? 'USA',
  };
}

/** Returns the digits of a phone number, of which the format allows 15; any other text as it is. */
function digitsOf(phone: string | undefined): string | undefined {
  const digits = phone?.replace(/\D/g, '') ?? '';
  return phone !== undefined && /^[\d\s()+./-]+$/.test(phone) && digits.length >= 3 && digits.length <= 15
    ? digits
    : phone;
}

/** Returns a phone number without the `+`, before which the file would have an apostrophe. */
const withoutPlus = (phone: string | undefined) => phone?.replace(/^\+(?=[\d\s()./-]+$)/, '');
