import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';

/** An id in a path below `/subscriptions`, where a malformed one is 400. @throws ValidationFailed */
@Injectable()
export class PathId implements PipeTransform<string, string> {
  transform(value: string, { data = 'id' }: ArgumentMetadata): string {
    if (isUuid(value)) return value.toLowerCase();
    throw new ValidationFailed([fieldError([data], 'format', 'must be a UUID')]);
  }
}
