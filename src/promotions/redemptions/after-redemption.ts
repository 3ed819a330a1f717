import { Conflict, type FieldError } from '../../common/errors.js';

/**
 * A change that would misstate what customers got who have redeemed a promotion. The error lists the members that
 * cannot change.
 */
export class FixedAfterRedemption extends Conflict {
  constructor(errors: readonly FieldError[], extra: Record<string, unknown> = {}) {
    super(errors.map(({ message }) => message).join('; '), { errors, ...extra });
  }
}
