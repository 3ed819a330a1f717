import { Conflict, ValidationFailed, type FieldError } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { fitsCurrency, toMinorUnits } from '../../money/money.js';
import { fitsInJson } from '../../validation/checks.js';
import { mergePatch } from '../../validation/merge-patch.js';
import type { ItemSecrets, Milestone } from '../personal-data/order-secrets.js';
import type { HistoryEvent, ItemRow } from '../reading/item-row.js';
import type { AnswerCancellation, CancelOrder } from './cancellation.dto.js';
import {
  cancellableStatuses,
  cancelRequestStatuses,
  canMoveItem,
  endedStatuses,
  isItemStatusIn,
  transitions,
} from './item-status.js';
import type { MilestoneInput } from './progress.dto.js';
import { reasonCodeErrors } from './reason-codes.js';
import type { UpdateItemStatus } from './update-item-status.dto.js';

/*
 * The rules by which an order item changes, without the database. Each function returns the change of an item, or throws
 * if it is not possible.
 */

type ChangingColumns =
  | 'status'
  | 'scheduledFor'
  | 'scheduledUntil'
  | 'reasonCode'
  | 'cancelRequestedAt'
  | 'cancellationFee'
  | 'jeopardySince'
  | 'expectedAt';

/** What can change of an item. */
export interface ItemState extends Pick<ItemRow, ChangingColumns> {
  secrets: ItemSecrets;
}

/** An item before a change. */
export interface CurrentItem extends ItemState {
  currency: string;
}

export interface ItemChange {
  /** The item after the change. */
  next: ItemState;
  /** What the entry of the history tells. */
  event: HistoryEvent;
  notes: string | null;
  changes: object;
}

/** The number of bytes that the metadata of an item can have as JSON text. */
const maxMetadataBytes = 16_384;

/**
 * Applies what a provider says about an item.
 * @param time the time of the change, in ISO 8601 format
 * @throws ValidationFailed, Conflict with `currentStatus` and `allowedStatuses`
 */
export function statusChange(item: CurrentItem, body: UpdateItemStatus, time: string): ItemChange {
  const { status } = body;
  const endsItem = isItemStatusIn(endedStatuses, status);
  throwIfAny([...reasonCodeErrors(body.reasonCode, status), ...progressErrors(body, endsItem)]);
  if (!canMoveItem(item.status, status))
    throw conflict(item, `An item with the status ${item.status} cannot get the status ${status}`);
  const next = {
    ...item,
    ...appointmentAfter(item, body),
    ...jeopardyAfter(item, body, endsItem, time),
    status,
    reasonCode:
      body.reasonCode === undefined && item.status === status ? item.reasonCode : (body.reasonCode ?? null),
    secrets: secretsAfter(item.secrets, body, endsItem),
  };
  throwIfAny(mergedErrors(next));
  const changes = {
    ...(body.providerNotes === null ? { providerNotes: null } : {}),
    ...(body.milestones === undefined ? {} : { milestones: next.secrets.milestones ?? [] }),
    ...(body.jeopardy === undefined && item.jeopardySince === next.jeopardySince
      ? {}
      : { jeopardy: shownJeopardy(next) }),
    ...(body.metadata === undefined ? {} : { metadata: body.metadata }),
  };
  const event = item.status === status ? 'updated' : 'status_changed';
  const change: ItemChange = { next, event, notes: body.providerNotes ?? null, changes };
  return item.cancelRequestedAt === null ? change : answeredByStatus(item, change);
}

/** A request for cancellation is answered by a status that leaves nothing to cancel. Any other one leaves it open. */
function answeredByStatus(item: CurrentItem, { next, ...change }: ItemChange): ItemChange {
  if (next.status === 'cancelled')
    return {
      ...change,
      event: 'cancellation_accepted',
      next: withoutRequest({ ...next, reasonCode: next.reasonCode ?? requestedCode(item) }),
    };
  const isDone = next.status === 'completed' || next.status === 'active';
  return isDone
    ? { ...change, event: 'cancellation_declined', next: withoutRequest(next) }
    : { ...change, next };
}

/**
 * Cancels an item for its reseller or, if work has been planned or done, asks the provider to. Returns null if neither is
 * possible.
 */
export function cancelChange(
  item: CurrentItem,
  { reason, reasonCode }: CancelOrder,
  time: string,
): ItemChange | null {
  const notes = reason ?? null;
  const code = reasonCode ?? null;
  if (isItemStatusIn(cancellableStatuses, item.status)) {
    const next = withoutJeopardy({ ...item, status: 'cancelled', reasonCode: code });
    return { next, event: 'status_changed', notes, changes: {} };
  }
  if (!isItemStatusIn(cancelRequestStatuses, item.status) || item.cancelRequestedAt !== null) return null;
  const secrets = { ...item.secrets, cancelRequest: { reason: notes, reasonCode: code } };
  const next = { ...item, cancelRequestedAt: time, secrets };
  return { next, event: 'cancellation_requested', notes, changes: {} };
}

/**
 * Applies a provider's answer to a request for cancellation.
 * @throws ValidationFailed, Conflict with `currentStatus` and `allowedStatuses` if there is no open request
 */
export function answerChange(item: CurrentItem, body: AnswerCancellation): ItemChange {
  const { decision, fee = null, providerNotes = null } = body;
  throwIfAny(answerErrors(item, body));
  if (item.cancelRequestedAt === null)
    throw conflict(
      item,
      'There is no open request to cancel the item; the reseller has made none, or it was answered',
    );
  const secrets = { ...item.secrets, providerNotes: providerNotes ?? item.secrets.providerNotes };
  const answered = withoutRequest({ ...item, secrets });
  if (decision === 'decline')
    return { next: answered, event: 'cancellation_declined', notes: providerNotes, changes: {} };
  const cancellationFee = fee === null ? null : Number(toMinorUnits(fee, item.currency));
  const next = withoutJeopardy({
    ...answered,
    status: 'cancelled',
    reasonCode: requestedCode(item),
    cancellationFee,
  });
  const changes = fee === null ? {} : { cancellationFee: fee };
  return { next, event: 'cancellation_accepted', notes: providerNotes, changes };
}

function answerErrors(
  { currency }: CurrentItem,
  { decision, fee, providerNotes }: AnswerCancellation,
): FieldError[] {
  const hasFee = fee !== undefined && fee !== null;
  if (decision === 'decline')
    return [
      ...(hasFee ? [fieldError(['fee'], 'unexpected', 'is only possible with the decision accept')] : []),
      ...(providerNotes?.trim() ? [] : [fieldError(['providerNotes'], 'required', 'is required to decline')]),
    ];
  return hasFee && !fitsCurrency(fee, currency)
    ? [fieldError(['fee'], 'decimals', `must not have more decimal places than ${currency} has`)]
    : [];
}

const conflict = ({ status }: ItemState, message: string) =>
  new Conflict(message, { currentStatus: status, allowedStatuses: transitions[status] });

function throwIfAny(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw new ValidationFailed(errors);
}

function progressErrors({ milestones, jeopardy, status }: UpdateItemStatus, endsItem: boolean): FieldError[] {
  const names = milestones?.map(({ name }) => name) ?? [];
  const repeated = names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [
          fieldError(
            ['milestones', index, 'name'],
            'unique',
            `must not be the same as milestones[${names.indexOf(name)}].name`,
          ),
        ],
  );
  return jeopardy && endsItem
    ? [...repeated, fieldError(['jeopardy'], 'unexpected', `is not possible with the status ${status}`)]
    : repeated;
}

function mergedErrors({ scheduledFor, scheduledUntil, secrets }: ItemState): FieldError[] {
  const errors: FieldError[] = [];
  if (scheduledUntil !== null && scheduledFor === null)
    errors.push(fieldError(['scheduledFor'], 'required', 'is required with scheduledUntil'));
  else if (
    scheduledUntil !== null &&
    scheduledFor !== null &&
    Date.parse(scheduledUntil) < Date.parse(scheduledFor)
  )
    errors.push(fieldError(['scheduledUntil'], 'range', 'must not be before scheduledFor'));
  if (!fitsInJson(secrets.metadata, maxMetadataBytes))
    errors.push(
      fieldError(
        ['metadata'],
        'size',
        `must be at most ${maxMetadataBytes} bytes long as JSON text after it has been merged`,
      ),
    );
  return errors;
}

/** If only the start changes, the old end says nothing about the new appointment. */
function appointmentAfter(item: ItemState, { scheduledFor, scheduledUntil }: UpdateItemStatus) {
  const start = scheduledFor === undefined ? item.scheduledFor : isoOrNull(scheduledFor);
  const isSameStart = start === null ? item.scheduledFor === null : sameTime(start, item.scheduledFor);
  const end = isSameStart ? item.scheduledUntil : null;
  return {
    scheduledFor: start,
    scheduledUntil: scheduledUntil === undefined ? end : isoOrNull(scheduledUntil),
  };
}

const sameTime = (time: string, other: string | null) =>
  other !== null && Date.parse(time) === Date.parse(other);

function jeopardyAfter(item: ItemState, { jeopardy }: UpdateItemStatus, endsItem: boolean, time: string) {
  if (endsItem || jeopardy === null) return { jeopardySince: null, expectedAt: null };
  return jeopardy
    ? { jeopardySince: item.jeopardySince ?? time, expectedAt: isoOrNull(jeopardy.expectedAt) }
    : {};
}

const shownJeopardy = ({ jeopardySince, expectedAt, secrets }: ItemState) =>
  jeopardySince === null ? null : { reason: secrets.jeopardyReason ?? null, expectedAt };

function secretsAfter(
  secrets: ItemSecrets,
  { providerNotes, milestones, jeopardy, metadata }: UpdateItemStatus,
  endsItem: boolean,
): ItemSecrets {
  return {
    ...secrets,
    ...(providerNotes === undefined ? {} : { providerNotes }),
    ...(milestones === undefined ? {} : { milestones: (milestones ?? []).map(milestoneOf) }),
    ...(jeopardy === undefined && !endsItem ? {} : { jeopardyReason: jeopardy?.reason }),
    ...(metadata === undefined ? {} : { metadata: mergePatch(secrets.metadata, metadata, []) as object }),
  };
}

const milestoneOf = ({ name, plannedFor, reachedAt }: MilestoneInput): Milestone => ({
  name,
  plannedFor: isoOrNull(plannedFor),
  reachedAt: isoOrNull(reachedAt),
});

const isoOrNull = (time: string | null | undefined) => (time ? new Date(time).toISOString() : null);

const requestedCode = ({ secrets }: ItemState) => secrets.cancelRequest?.reasonCode ?? null;

const withoutRequest = <T extends ItemState>(item: T): T => ({
  ...item,
  cancelRequestedAt: null,
  secrets: { ...item.secrets, cancelRequest: undefined },
});

const withoutJeopardy = <T extends ItemState>(item: T): T => ({
  ...item,
  jeopardySince: null,
  expectedAt: null,
  secrets: { ...item.secrets, jeopardyReason: undefined },
});
