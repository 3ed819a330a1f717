import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { Endpoint } from '../http/endpoint.js';
import { NotFound } from '../common/errors.js';
import { problemCodes, problemSlug, problemTypes } from '../common/problem-types.js';

const escape = (text: string) => text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(title)} - Offerdock</title>` +
  `<body style="font:16px/1.5 system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem"><h1>${escape(title)}</h1>${body}</body></html>`;

@ApiTags('Operation')
@Controller('problems')
export class ProblemsController {
  @Get(':slug')
  @Header('content-type', 'text/html; charset=utf-8')
  @Endpoint({
    access: 'public',
    summary: 'The page that explains a problem',
    response: {
      mediaType: 'text/html',
      description: 'The page.',
      example: '<!doctype html><html lang="en">…</html>',
    },
    errors: ['NOT_FOUND'],
  })
  getProblemType(@Param('slug') slug: string): string {
    const code = problemCodes.find((each) => problemSlug(each) === slug);
    if (!code) throw new NotFound('Problem');
    const { status, title, help } = problemTypes[code];
    return page(code, `<p>HTTP ${status} ${escape(title)}</p><p>${escape(help)}</p>`);
  }
}
