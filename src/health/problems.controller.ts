import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { Endpoint } from '../http/endpoint.js';
import { NotFound } from '../common/errors.js';
import { problemCodes, problemSlug } from '../common/problem-types.js';
import { problemIndexPage, problemPage } from './problem-pages.js';

const html = 'text/html; charset=utf-8';
const example = '<!doctype html><html lang="en">…</html>';

@ApiTags('Operation')
@Controller('problems')
export class ProblemsController {
  @Get()
  @Header('content-type', html)
  @Endpoint({
    access: 'public',
    limitsAddress: true,
    summary: 'List all problem types',
    description: 'A page with the code, the status and the meaning of every error.',
    response: { mediaType: 'text/html', description: 'A page that lists all problem types.', example },
    errors: ['RATE_LIMITED'],
  })
  listProblemTypes(): string {
    return problemIndexPage();
  }

  @Get(':slug')
  @Header('content-type', html)
  @Endpoint({
    access: 'public',
    limitsAddress: true,
    summary: 'Get the description of a problem type',
    description: 'The URL in the `type` member of a problem document points to this page.',
    response: { mediaType: 'text/html', description: 'A page that describes the problem type.', example },
    errors: ['NOT_FOUND', 'RATE_LIMITED'],
  })
  getProblemType(@Param('slug') slug: string): string {
    const code = problemCodes.find((candidate) => problemSlug(candidate) === slug);
    if (!code) throw new NotFound('Problem type');
    return problemPage(code);
  }
}
