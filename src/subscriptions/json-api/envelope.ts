import { ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { Endpoint, type EndpointOptions } from '../../http/endpoint.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { field } from '../../validation/field.js';
import { DateTimeField, EnumField, IdField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';
import type { DtoClass } from '../../validation/rules.js';
import { ServerManaged } from '../../validation/validate.js';
import { jsonApiErrorFormat } from './json-api-errors.js';
import { ListLinks, ListMeta } from './offset-page.js';

/*
 * The JSON:API envelope of `/subscriptions`. Each request and response body wraps its resource in `data`,
 * with `type`, `attributes` and, in responses, `meta`. The functions in this file create the DTO classes of
 * one resource type.
 */

/**
 * The maximum size of a single resource, in bytes. It allows every text to have its maximum length in
 * four-byte characters.
 */
const maxBytes = 65_536;

/** Declares a route under `/subscriptions`: an Endpoint with JSON:API errors. */
export const JsonApiEndpoint = (options: Omit<EndpointOptions, 'errorFormat'>) =>
  Endpoint({ ...options, errorFormat: jsonApiErrorFormat });

/**
 * Creates the DTO class of a create request: `{ data: { type, attributes } }`. Members that the server sets
 * are ignored.
 */
export function CreateBody<T extends object>(name: string, type: string, attributes: DtoClass<T>) {
  @ApiSchema({ name: `${name}Data` })
  @ServerManaged('id', 'meta', 'links', 'relationships')
  class Data {
    @EnumField([type], { description: 'Type of the resource.', example: type })
    type: string;
    @ObjectField(() => attributes, { description: 'Attributes of the resource.', maxBytes })
    attributes: T;
  }
  return BodyOf(name, Data);
}

/**
 * Creates the DTO class of an update request: `{ data: { id, type, attributes } }`. Omitted attributes keep
 * their values.
 */
export function UpdateBody<T extends object>(name: string, type: string, attributes: DtoClass<T>) {
  @ApiSchema({ name: `${name}Data` })
  @ServerManaged('meta', 'links', 'relationships')
  class Data {
    @IdField({ description: 'ID of the resource. It must equal the ID in the path.' })
    id: string;
    @EnumField([type], { description: 'Type of the resource.', example: type })
    type: string;
    @ObjectField(() => attributes, {
      description: 'Attributes to change. Omitted attributes keep their values.',
      maxBytes,
    })
    attributes: T;
  }
  return BodyOf(name, Data);
}

/** Creates the DTO class of a request body whose only member is `data`. */
export function BodyOf<D extends object>(name: string, data: DtoClass<D>, dataBytes = maxBytes) {
  @ApiSchema({ name })
  @ServerManaged('meta', 'links', 'included', 'jsonapi')
  class Body {
    @ObjectField(() => data, { description: 'The resource.', maxBytes: dataBytes })
    data: D;
  }
  return Body;
}

/** @throws ValidationFailed if the ID in an update body differs from the ID in the path */
export function requireSameId(pathId: string, bodyId: string): void {
  if (pathId.toLowerCase() !== bodyId.toLowerCase())
    throw new ValidationFailed([fieldError(['data', 'id'], 'mismatch', 'must equal the ID in the path')]);
}

/** Creates the DTO class of a response body that contains one resource. */
export function DocumentOf<D extends object>(name: string, data: DtoClass<D>) {
  @ApiSchema({ name })
  class Document {
    @ObjectField(() => data, { description: 'The resource.' })
    data: D;
  }
  return Document;
}

/** Creates the DTO class of a response body that contains a page of resources. */
export function ListDocumentOf<D extends object>(name: string, data: DtoClass<D>) {
  @ApiSchema({ name })
  class List {
    @field({ type: () => [data] } as never, { description: 'Resources on this page, oldest first.' })
    data: D[];
    @ObjectField(() => ListLinks, { description: 'Links to this page and other pages.' })
    links: ListLinks;
    @ObjectField(() => ListMeta, { description: 'Position and size of the page.' })
    meta: ListMeta;
  }
  return List;
}

export const exampleTime = '2026-02-03T09:00:00.120Z';

interface TimestampedRow {
  createdAt: Date;
  updatedAt: Date;
}

@ApiSchema({ name: 'ResourceTimestamps' })
export class ResourceTimestamps {
  @DateTimeField({ description: 'Creation time.', example: exampleTime })
  created_at: string;
  @DateTimeField({ description: 'Time of the last change.', example: exampleTime })
  updated_at: string;

  static from({ createdAt, updatedAt }: TimestampedRow): ResourceTimestamps {
    return { created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
  }
}

@ApiSchema({ name: 'ResourceMeta' })
export class ResourceMeta {
  @EnumField(['store', 'organization'], {
    description: 'Owner of the resource. The value is always `store`, which represents the team.',
    example: 'store',
  })
  owner: string;
  @ObjectField(() => ResourceTimestamps, { description: 'The same times as in the attributes.' })
  timestamps: ResourceTimestamps;

  static of(row: TimestampedRow): ResourceMeta {
    return { owner: 'store', timestamps: ResourceTimestamps.from(row) };
  }
}
