import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';

/** An ID in a path below `/subscriptions`, in lower case; elsewhere a malformed ID is 404, here it is 400. */
@Injectable()
export class PathIdPipe implements PipeTransform<string, string> {
  /** @throws ValidationFailed */
  transform(value: string, { data: name = 'id' }: ArgumentMetadata): string {
    if (isUuid(value)) return value.toLowerCase();
    throw new ValidationFailed([fieldError([name], 'format', 'must be a UUID')]);
  }
}
