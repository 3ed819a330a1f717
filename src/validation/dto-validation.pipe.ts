import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { validateOrThrow } from './validate.js';
import { fieldRules, type DtoClass } from './rules.js';

/**
 * Validates the body and the query of a request against the DTO that the handler declares as the parameter's
 * type. Values are passed through if that type is not a DTO but, for example, `unknown`. @throws
 * ValidationFailed
 */
@Injectable()
export class DtoValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || !metatype || fieldRules(metatype as DtoClass).size === 0)
      return value;
    return validateOrThrow(metatype as DtoClass, value === undefined ? {} : value, {
      fromQuery: type === 'query',
    });
  }
}
