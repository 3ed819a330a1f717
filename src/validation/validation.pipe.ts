import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { accept } from './validate.js';
import { rulesOf, type DtoType } from './rules.js';

/** Turns the body and the query of a request into the DTO that the handler declares. @throws ValidationFailed */
@Injectable()
export class InputPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || !metatype || rulesOf(metatype as DtoType).size === 0)
      return value;
    return accept(metatype as DtoType, value === undefined ? {} : value, { text: type === 'query' });
  }
}
