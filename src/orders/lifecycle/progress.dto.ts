import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { DateTimeField, TextField } from '../../validation/fields.js';

/** The number of milestones that an item can have. */
export const maxMilestones = 50;

const exampleTime = '2026-02-10T08:00:00.000Z';

/** A step of the work on an item, in a request. */
@ApiSchema({ name: 'MilestoneInput' })
export class MilestoneInput {
  @TextField({
    description: 'Name of the step, unique within the item. Stored encrypted.',
    kind: 'name',
    min: 1,
    max: 200,
    example: 'Router shipped',
  })
  name: string;

  @DateTimeField({
    description: 'Time at which the step should be reached.',
    optional: true,
    nullable: true,
    example: exampleTime,
  })
  plannedFor?: string | null;

  @DateTimeField({
    description: 'Time at which the step was reached.',
    optional: true,
    nullable: true,
    example: null,
  })
  reachedAt?: string | null;
}

/** A step of the work on an item. */
@ApiSchema({ name: 'Milestone' })
export class MilestoneView {
  @TextField({ description: 'Name of the step.', max: 200, example: 'Router shipped' })
  name: string;

  @DateTimeField({
    description: 'Time at which the step should be reached; null if unknown.',
    nullable: true,
    example: exampleTime,
  })
  plannedFor: string | null;

  @DateTimeField({
    description: 'Time at which the step was reached; null if it was not.',
    nullable: true,
    example: null,
  })
  reachedAt: string | null;
}

const reason = 'Why the item will be late.';

/** A warning that an item will be late, in a request. */
@ApiSchema({ name: 'JeopardyInput' })
export class JeopardyInput {
  @TextField({
    description: `${reason} Stored encrypted.`,
    min: 1,
    max: 1000,
    example: 'The cable duct is blocked.',
  })
  reason: string;

  @DateTimeField({
    description: 'Time at which the item will now be completed; omit it if it is unknown.',
    optional: true,
    nullable: true,
    example: '2026-02-17T17:00:00Z',
  })
  expectedAt?: string | null;
}

/** A warning that an item will be late. */
@ApiSchema({ name: 'Jeopardy' })
export class JeopardyView {
  @TextField({
    description: `${reason} Null after it has been erased.`,
    max: 1000,
    nullable: true,
    example: 'The cable duct is blocked.',
  })
  reason: string | null;

  @DateTimeField({
    description: 'Time at which the item will now be completed; null if unknown.',
    nullable: true,
    example: '2026-02-17T17:00:00.000Z',
  })
  expectedAt: string | null;

  @DateTimeField({ description: 'Time of the first warning.', example: exampleTime })
  since: string;
}

/** A request of the reseller to cancel an item, which the provider has not answered yet. */
@ApiSchema({ name: 'CancelRequest' })
export class CancelRequestView {
  @DateTimeField({ description: 'Time of the request.', example: exampleTime })
  requestedAt: string;

  @TextField({
    description: 'Reason in the words of the reseller. Null if none was given or it has been erased.',
    max: 5000,
    nullable: true,
    example: 'The customer moves to another city.',
  })
  reason: string | null;

  @TextField({ description: 'Code of the reason.', max: 100, nullable: true, example: 'customer_moved' })
  reasonCode: string | null;
}
