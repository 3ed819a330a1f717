import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { Endpoint, type EndpointOptions } from '../../http/endpoint.js';
import { ValidationFailed } from '../../common/errors.js';
import { field } from '../../validation/field.js';
import { EnumField, IdField, DateTimeField } from '../../validation/fields.js';
import { ServerManaged } from '../../validation/validate.js';
import { jsonApiErrorFormat } from './json-api-errors.js';
import { ObjectField } from '../../validation/object-fields.js';
import { ListLinks, ListMeta } from './offset-page.js';
import { fieldError } from '../../common/field-path.js';
import type { DtoClass } from '../../validation/rules.js';

/*
 * The envelope of `/subscriptions`: every body and answer stands in `data`, with its type, its attributes and, in
 * answers, its meta. Each function below makes the DTO classes of one resource.
 */

/** Largest `data` of a single resource, in bytes: every text at its limit, in characters of four bytes. */
const maxBytes = 65_536;

/** Declares a route of `/subscriptions`: an Endpoint whose errors are worded as JSON:API does. */
export const JsonApi = (options: Omit<EndpointOptions, 'errorFormat'>) =>
  Endpoint({ ...options, errorFormat: jsonApiErrorFormat });

/** The body of a create: `{ data: { type, attributes } }`; what the server sets is ignored. */
export function CreateBody<T extends object>(name: string, type: string, attributes: DtoClass<T>) {
  @ApiSchema({ name: `${name}Data` })
  @ServerManaged('id', 'meta', 'links', 'relationships')
  class Data {
    @EnumField([type], { description: 'Type of the resource.', example: type })
    type: string;
    @ObjectField(() => attributes, { description: 'What it is made of.', maxBytes })
    attributes: T;
  }
  return BodyOf(name, Data);
}

/** The body of a change: `{ data: { id, type, attributes } }`; only the attributes that are given change. */
export function UpdateBody<T extends object>(name: string, type: string, attributes: DtoClass<T>) {
  @ApiSchema({ name: `${name}Data` })
  @ServerManaged('meta', 'links', 'relationships')
  class Data {
    @IdField({ description: 'The id in the path again.' })
    id: string;
    @EnumField([type], { description: 'Type of the resource.', example: type })
    type: string;
    @ObjectField(() => attributes, { description: 'What changes.', maxBytes })
    attributes: T;
  }
  return BodyOf(name, Data);
}

/** A body that holds nothing but `data`. */
export function BodyOf<D extends object>(name: string, data: DtoClass<D>, dataBytes = maxBytes) {
  @ApiSchema({ name })
  @ServerManaged('meta', 'links', 'included', 'jsonapi')
  class Body {
    @ObjectField(() => data, { description: 'The resource.', maxBytes: dataBytes })
    data: D;
  }
  return Body;
}

/** @throws ValidationFailed when a body's id is not the one in the path */
export function requireSameId(pathId: string, bodyId: string): void {
  if (pathId.toLowerCase() !== bodyId.toLowerCase())
    throw new ValidationFailed([fieldError(['data', 'id'], 'mismatch', 'must be the id in the path')]);
}

/** The answer that holds one resource. */
export function DocumentOf<D extends object>(name: string, data: DtoClass<D>) {
  @ApiSchema({ name })
  class Document {
    @field({ type: () => data } as never, { description: 'The resource.' })
    data: D;
  }
  return Document;
}

/** The answer that holds a page of resources. */
export function ListDocumentOf<D extends object>(name: string, data: DtoClass<D>) {
  @ApiSchema({ name })
  class List {
    @field({ type: () => [data] } as never, { description: 'The resources on this page, oldest first.' })
    data: D[];
    @ObjectField(() => ListLinks, { description: 'The pages around this one.' })
    links: ListLinks;
    @ObjectField(() => ListMeta, { description: 'Where this page stands.' })
    meta: ListMeta;
  }
  return List;
}

const exampleTime = '2026-02-03T09:00:00.120Z';

/** When a row was made and last changed. */
@ApiSchema({ name: 'ResourceTimestamps' })
export class Timestamps {
  @DateTimeField({ description: 'When it was created.', example: exampleTime })
  created_at: string;
  @DateTimeField({ description: 'When it was last changed.', example: exampleTime })
  updated_at: string;

  static from({ createdAt, updatedAt }: { createdAt: Date; updatedAt: Date }): Timestamps {
    return { created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
  }
}

@ApiSchema({ name: 'ResourceMeta' })
export class ResourceMeta {
  @EnumField(['store', 'organization'], {
    description: 'Who owns it; always the team (`store`).',
    example: 'store',
  })
  owner: string;
  @ObjectField(() => Timestamps, { description: 'The same times as in the attributes.' })
  timestamps: Timestamps;

  static of(row: { createdAt: Date; updatedAt: Date }): ResourceMeta {
    return { owner: 'store', timestamps: Timestamps.from(row) };
  }
}
