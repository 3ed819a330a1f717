import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';

/**
 * Validates an ID in a path under `/subscriptions` and converts it to lowercase. A malformed ID causes a 400
 * here, but a 404 elsewhere.
 */
@Injectable()
export class PathIdPipe implements PipeTransform<string, string> {
  /** @throws ValidationFailed */
  transform(value: string, { data: name = 'id' }: ArgumentMetadata): string {
    if (isUuid(value)) return value.toLowerCase();
    throw new ValidationFailed([fieldError([name], 'format', 'must be a UUID')]);
  }
}
