import { Body, Param, Query } from '@nestjs/common';
import { handlerParameters } from '../../src/http/handler-parameters.js';

class Controller {
  none() {}
  param(@Param('id') id: string) {
    return id;
  }
  query(@Param('id') id: string, @Query() query: object) {
    return { id, query };
  }
  namedQuery(@Query('name') name: string) {
    return name;
  }
  body(@Body() body: object) {
    return body;
  }
  both(@Body() body: object, @Query() query: object) {
    return { body, query };
  }
}

it.each([
  ['none', false, false],
  ['param', false, false],
  ['query', true, false],
  ['namedQuery', true, false],
  ['body', false, true],
  ['both', true, true],
])('%s: query %p, body %p', (method, query, body) => {
  expect(handlerParameters(Controller.prototype, method)).toEqual({ query, body });
});
