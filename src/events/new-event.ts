import { newId } from '../common/new-id.js';
import { sealContext, type Encryption, type Sealed } from '../encryption/encryption.js';
import { eventTypes, type EventData, type EventType } from './event-types.js';

/** An event to be stored. Either `payload` or `sealed` is set. */
export interface NewEvent {
  id: string;
  type: EventType;
  /** ID of the team that receives it. */
  teamId: string;
  subject: string;
  /** The text that is sent. */
  payload: string | null;
  sealed: Sealed | null;
  endpointId: string | null;
  at: Date;
}

/** Returns the ID of an event as receivers see it. */
export const publicEventId = (id: string) => `evt_${id.replaceAll('-', '')}`;

/** Returns the context in which the payload of an event is encrypted. */
export const eventContext = (id: string) => sealContext('events', 'sealed', id);

/**
 * Builds an event with the bytes that will be sent. Write it in the transaction of the change, with `insertEvents`,
 * `eventsInsert` or EventLog.
 * @throws DomainError UNAVAILABLE if it must be encrypted, and no key is configured
 */
export function newEvent<T extends EventType>(
  encryption: Encryption,
  event: {
    type: T;
    teamId: string;
    /** ID of what the event is about; events with the same subject stay in order. */
    subject: string;
    data: EventData<T>;
    /** Time of the change. */
    at: Date;
    /** The only endpoint that receives it, if it is a test. */
    endpointId?: string;
  },
): NewEvent {
  const { type, teamId, subject, data, at, endpointId = null } = event;
  const id = newId(at.getTime());
  const text = `{"id":"${publicEventId(id)}","event":"${type}","timestamp":"${at.toISOString()}","data":${JSON.stringify(data)}}`;
  const { sealed } = eventTypes[type];
  return {
    id,
    type,
    teamId,
    subject,
    payload: sealed ? null : text,
    sealed: sealed ? encryption.seal(text, eventContext(id)) : null,
    endpointId,
    at,
  };
}
