import type { ProblemCode } from '../../common/problem-types.js';
import { ApiHeader } from '../../lazy-swagger/decorators.js';

interface Conditions {
  conditional?: boolean;
  createsIfNoneMatch?: boolean;
  errors?: readonly ProblemCode[];
}

/** Documents the headers that make a request conditional. */
export function conditionHeaders({
  conditional,
  createsIfNoneMatch,
  errors = [],
}: Conditions): MethodDecorator[] {
  const header = (name: string, description: string, example = '"v1"') =>
    ApiHeader({ name, description, required: false, example });
  return [
    ...(conditional
      ? [
          header(
            'If-None-Match',
            '`ETag` value of a previous response. If it is still current, 304 is returned.',
          ),
        ]
      : []),
    ...(createsIfNoneMatch
      ? [
          header(
            'If-None-Match',
            '`*` if the resource must not exist yet. If it does, 412 is returned and nothing is changed.',
            '*',
          ),
        ]
      : []),
    ...(errors.includes('PRECONDITION_FAILED')
      ? [
          header(
            'If-Match',
            'Expected `ETag` value. If it is not the current one, 412 is returned and nothing is changed.',
          ),
        ]
      : []),
  ];
}
